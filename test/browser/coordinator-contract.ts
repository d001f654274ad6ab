/**
 * The contract of the shared stream, the same for every form and three engines: one connection, nothing lost, nothing
 * doubled.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bundle, type StreamServer, startStreamServer } from '../coordinator/stream-server.js'
import { type Engine, type EngineTab, engines } from './coordinator-engines.js'
import { account, until } from './coordinator-tabs.js'

/** A form of the coordinator: what makes a source, and, if it is not in the script that every page loads, its entry. */
export interface Form {
  make: string
  entry?: string
}

const shareBy = (make: string) => `
  const seen = { ids: [], log: [] }
  const source = ${make}
  source.onopen = () => seen.log.push('open')
  source.onerror = () => seen.log.push('error ' + source.readyState)
  source.addEventListener('gap', () => seen.log.push('gap'))
  source.onmessage = (event) => seen.ids.push(event.lastEventId)
  Object.assign(globalThis, { seen, source })
`

interface Seen {
  ids: string[]
  log: string[]
}

const seenBy = (tab: EngineTab) => tab.run<Seen>('return globalThis.seen')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Holds a form of the coordinator against the contract, in every engine that is here: the engines side by side. */
export function holdContract(form: Form): void {
  for (const { name, missing, start } of engines) {
    if (missing && process.env.CI) throw new Error(missing)
    describe.skipIf(missing)(`in ${name}`, { concurrent: true }, () => {
      describe('one test after another', { sequential: true }, () => holdContractIn(start, form))
    })
  }
}

function holdContractIn(start: () => Promise<Engine>, { make, entry }: Form): void {
  const share = () => shareBy(make)
  let engine: Engine
  let server: StreamServer
  let tabs: EngineTab[] = []

  beforeAll(async () => {
    engine = await start()
  })
  afterAll(() => engine?.close())
  beforeEach(async () => {
    server = await startStreamServer({}, entry ? { '/coordinator.global.js': await bundle(entry) } : {})
  })
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close().catch(() => {})
    await server.close()
  })

  async function openTab(body = share()): Promise<EngineTab> {
    const tab = await engine.newTab()
    tabs.push(tab)
    await tab.goto(server.url)
    await tab.run(body)
    return tab
  }

  /** Five tabs opened one after another: they share one connection. */
  async function openFive(): Promise<EngineTab[]> {
    const five: EngineTab[] = []
    for (let count = 0; count < 5; count++) five.push(await openTab())
    await expectAllToReceive(five)
    expect(server).toMatchObject({ open: 1, mostOpen: 1, requests: { length: 1 } })
    return five
  }

  async function expectAllToReceive(those: EngineTab[], ms = 10_000): Promise<void> {
    const from = server.lastId
    for (const tab of those) {
      await until(
        async () => Number((await seenBy(tab))?.ids.at(-1) ?? 0) > from + 10,
        `a tab sees more than ${from}`,
        ms,
      )
      const seen = await seenBy(tab)
      expect(account(seen.ids)).toEqual({ lost: 0, duplicated: 0 })
      expect(seen.log).not.toContain('gap')
    }
    // A second one while one tab hands over to another, never more.
    expect(server.mostOpen).toBeLessThanOrEqual(2)
  }

  /** The stream was never lost to them. */
  async function expectNoBreak(those: EngineTab[]): Promise<void> {
    for (const tab of those) expect((await seenBy(tab)).log).toEqual(['open'])
  }

  async function end(tab: EngineTab): Promise<void> {
    tabs = tabs.filter((other) => other !== tab)
    await tab.close()
  }

  test('five streams opened at once share one connection', async () => {
    const five: EngineTab[] = []
    for (let count = 0; count < 5; count++) five.push(await openTab(''))
    await Promise.all(five.map((tab) => tab.run(share())))
    await expectAllToReceive(five)
    expect(server.mostOpen).toBe(1)
  })

  test('five tabs opened one after another share one connection; every leader closes, until one is left', async () => {
    const five = await openFive()
    while (five.length > 1) {
      const leader = five.shift()
      if (leader) await end(leader)
      await expectAllToReceive(five)
      expect(server.open).toBe(1)
      await expectNoBreak(five)
    }
  })

  test('the leader reloads and joins again', async () => {
    const [leader, ...others] = await openFive()
    await leader?.goto(server.url)
    await leader?.run(share())
    await expectAllToReceive(tabs)
    expect(others).toHaveLength(4)
    expect(server.open).toBe(1)
  })

  test('the leader follows a link, and comes back', async () => {
    const [leader, ...others] = await openFive()
    await leader?.goto(`${server.url}/elsewhere`)
    await expectAllToReceive(others)
    expect(server.open).toBe(1)
    await leader?.back()
    const kept = await leader?.run<boolean>('return !!globalThis.seen')
    if (!kept) await leader?.run(share())
    await expectAllToReceive(tabs)
    expect(server.open).toBe(1)
  })

  test('the leader leaves the stream and joins again in one tick', async () => {
    const [leader] = await openFive()
    await leader?.run(`globalThis.source.close(); ${share()}`)
    await expectAllToReceive(tabs)
    expect(server.open).toBe(1)
  })

  test('the leader hangs, and wakes up deposed', async () => {
    const [leader, ...others] = await openFive()
    await others[3]?.show()
    await leader?.hang(8_000)
    await expectAllToReceive(others, 30_000)
    await expectNoBreak(others)
    // Answered when it is free again.
    await leader?.run('return 1')
    await pause(1_000)
    await expectAllToReceive(tabs)
    await until(() => server.open === 1, 'the deposed leader has closed its stream')
  })

  test('the server drops the stream', async () => {
    const five = await openFive()
    server.drop()
    await expectAllToReceive(five)
    expect(server.requests).toHaveLength(2)
    expect(server.requests[1]?.lastEventId).toMatch(/^\d+$/)
    for (const tab of five) expect((await seenBy(tab)).log).toEqual(['open', 'error 0', 'open'])
  })

  test('the leader crashes', async ({ skip }) => {
    skip(!engine.commandsTabs, 'this engine has no command for it')
    const [leader, ...others] = await openFive()
    await leader?.crash?.()
    await expectAllToReceive(others)
    expect(server.open).toBe(1)
    await expectNoBreak(others)
  })

  test('the leader freezes, and catches up when it thaws', async ({ skip }) => {
    skip(!engine.commandsTabs, 'this engine has no command for it')
    const [leader, ...others] = await openFive()
    await leader?.freeze?.()
    await expectAllToReceive(others)
    expect(server.open).toBe(1)
    await expectNoBreak(others)
    await leader?.unfreeze?.()
    await expectAllToReceive(tabs)
    expect(server.open).toBe(1)
  })
}
