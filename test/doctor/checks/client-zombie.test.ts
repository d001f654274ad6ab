import { expect, test } from 'vitest'
import { clientZombie } from '../../../src/doctor/checks/client-zombie.js'
import { isDone } from '../../../src/evidence/app-evidence.js'
import { appOf } from '../../support/app-evidence.js'

test('streams that add up over reloads fail', () => {
  expect(clientZombie.judge(appOf('client/zombie', 'fail'))).toMatchObject({
    state: 'fail',
    measured: '1 open before, 9 after 8 reloads; 0 after the page was left, counted at a proxy',
    limit: 1,
    actual: 9,
  })
})

test('a page kept with its stream open fails, and the words say where it is', () => {
  const app = appOf('client/zombie', 'pass')
  Object.assign(app.reload, { afterLeaving: 1 })
  expect(clientZombie.judge(app)).toMatchObject({
    state: 'fail',
    why: expect.stringContaining('back/forward cache'),
    limit: 0,
    actual: 1,
  })
})

test('where a shared worker holds the stream, it is told what to do there', () => {
  const app = appOf('client/zombie', 'pass')
  Object.assign(app.reload, { afterLeaving: 1 })
  if (!isDone(app.plain)) throw new Error('the tabs were not looked at')
  const [stream] = app.plain.perTab.flatMap(({ streams }) => streams)
  if (!stream) throw new Error('there is no stream')
  const shared = [{ ...stream, context: 'shared-worker' as const }]
  const plain = { ...app.plain, perTab: app.plain.perTab.map((tab) => ({ ...tab, streams: [] })), shared }
  const verdict = clientZombie.judge({ ...app, plain })
  expect(verdict).toMatchObject({ state: 'fail', fixes: [{ stack: 'shared worker' }] })
})

test('what nobody could count after leaving does not fail', () => {
  const app = appOf('client/zombie', 'pass')
  Object.assign(app.reload, { afterLeaving: null, countedAt: 'browser' })
  expect(clientZombie.judge(app)).toMatchObject({ state: 'pass' })
})
