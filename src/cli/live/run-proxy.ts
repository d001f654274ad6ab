/** Runs `sse-coord proxy` from its first line to its summary. */
import { SseCoordError } from '../../error.js'
import { createPen, type Pen } from '../../report/index.js'
import type { Api, Context } from '../context.js'
import { faultTable } from '../fault-table.js'
import { writeAll } from '../output.js'
import type { CliProcess } from '../process.js'
import { canRedraw, showsUnicode, wantsColor } from '../terminal.js'
import { untilInterrupted } from '../until-interrupted.js'
import { expectWritable } from '../write-file.js'
import { writeHar } from './har-file.js'
import { canReadKeys, type Key, readKeys } from './keys.js'
import { createJsonWriter } from './proxy-json.js'
import { createProxyKeys, type ProxyKeys } from './proxy-keys.js'
import { summarize } from './proxy-summary.js'
import { drawProxy, listProxy, type ProxyView, streamProxy } from './show-proxy.js'
import { headingOf, type ProxyFlags, type Running, startOf, startProxy, stopProxy } from './start-proxy.js'

/** Resolves with the exit code: 0 after the key q, 130 after Ctrl-C. */
export async function runProxy(target: string | undefined, flags: ProxyFlags, context: Context): Promise<number> {
  const { process } = context
  if (flags.listFaults) {
    await writeAll(process.stdout, faultTable((await context.loadApi()).listFaults()))
    return 0
  }
  if (target === undefined && !flags.forward) {
    throw new SseCoordError('bad-option', 'proxy needs the address of your app, or --forward.', {
      hint: 'As in: npx sse-coord proxy http://localhost:3000',
    })
  }
  if (flags.har !== undefined) await expectWritable(flags.har)
  const api = await context.loadApi()
  const note = (line: string): void => view.note(line)
  const running = await startProxy(api, target, flags, note)
  const { proxy, injection } = running

  let how: 'quit' | 'interrupt' = 'interrupt'
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const keys = createProxyKeys({
    proxy,
    injection,
    note,
    writeHar: () => writeHar(running.har, flags.har),
    end(given) {
      how = given
      end()
    },
  })
  const pen = penFor(process, flags)
  const hasKeys = !flags.json && canRedraw(process.env, process.stdout) && canReadKeys(process)
  const view = showProxy(process, flags, { api, running, keys, pen, hasKeys })
  const onKey = (key: Key): void => {
    keys.press(key)
    view.refresh()
  }
  const input = hasKeys ? readKeys(process, onKey) : { close() {} }
  process.on('exit', view.close)
  if (!flags.json) {
    injection.on('injection-failed', ({ count, page, text }) => {
      if (count === 1) note(`! ${page} keeps its own EventSource. ${text}`)
    })
  }
  void proxy.reachTarget().then((reason) => reason !== null && note(`! ${reason} It may start later.`))

  async function finish(): Promise<void> {
    input.close()
    view.close()
    await conclude(process, flags, { api, running, pen })
  }
  const wasInterrupted = await untilInterrupted(context, { close: finish }, { ended })
  process.off('exit', view.close)
  return wasInterrupted || how === 'interrupt' ? 130 : 0
}

function penFor({ env, platform, stdout }: CliProcess, { color }: ProxyFlags): Pen {
  return createPen({ color: wantsColor(color, env, stdout), unicode: showsUnicode(env, platform) })
}

/** Drawn where a person watches, as JSON where a program does, else as lines. */
function showProxy(
  { env, stdout, stderr }: CliProcess,
  flags: ProxyFlags,
  { api, running, keys, pen, hasKeys }: { api: Api; running: Running; keys: ProxyKeys; pen: Pen; hasKeys: boolean },
): ProxyView {
  const { redactUrl } = api
  const { proxy, injection } = running
  const heading = headingOf(running, redactUrl)
  if (flags.json) {
    const write = createJsonWriter((line) => void stdout.write(`${line}\n`), redactUrl)
    write(startOf(running))
    injection.on('injection-failed', (failure) => write({ type: 'injection-failed', ...failure }))
    return streamProxy(write, stderr, pen, proxy)
  }
  if (canRedraw(env, stdout)) {
    const state = () => ({ heading, hasKeys, redactUrl, ...keys.state() })
    return drawProxy(stdout, pen, () => proxy.ledger.snapshot(), state)
  }
  const view = listProxy(stdout, pen, proxy, redactUrl)
  for (const line of heading) view.note(line)
  return view
}

/** Says what was seen, ends everything, and writes what was to be kept. */
async function conclude(
  { stdout }: CliProcess,
  flags: ProxyFlags,
  { api, running, pen }: { api: Api; running: Running; pen: Pen },
): Promise<void> {
  const { proxy, har, recording } = running
  const snapshot = proxy.ledger.snapshot()
  const say = (line: string): void => void (flags.json || stdout.write(`${pen.text(line)}\n`))
  for (const line of summarize(snapshot, proxy.ledger.streams(), api.redactUrl)) say(line)
  if (flags.json) {
    createJsonWriter((line) => void stdout.write(`${line}\n`), api.redactUrl)({ type: 'ended', snapshot })
  }
  const written = flags.har === undefined ? undefined : har.read()
  await stopProxy(running)
  for (const file of recording?.files ?? []) say(`recorded in ${file}`)
  if (written) say(`HAR written to ${await writeHar({ read: () => written }, flags.har)}`)
}
