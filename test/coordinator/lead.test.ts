/** When a leader tells of a gap: where it cannot have resumed, and has something to lose. */
import { expect, test } from 'vitest'
import type { SharedEvent } from '../../src/coordinator/history.js'
import { readStream } from '../../src/coordinator/lead.js'
import type { KeptStreamListener } from '../../src/coordinator/transport.js'

/** How many gaps are told of when the stream opens after these events. */
function gapsAfter(history: SharedEvent[], resumes: boolean): number {
  let gaps = 0
  const open: ((origin: string, resumes: boolean) => void)[] = []
  const keep = (_lastId: () => string, _types: Iterable<string>, { onOpen }: KeptStreamListener) => {
    open.push(onOpen)
    return { close() {}, hurry() {} }
  }
  readStream(
    keep,
    [],
    history,
    () => {},
    () => gaps++,
    () => {},
  )
  open[0]?.('http://host', resumes)
  return gaps
}

const beginning: SharedEvent = ['', '', '', -0.5, 0]

test.each<[string, SharedEvent, boolean, number]>([
  ['at the beginning', beginning, false, 0],
  ['after an id, by who can resume', ['message', 'a', '7', 0, 0], true, 0],
  ['after an id, by who cannot', ['message', 'a', '7', 0, 0], false, 1],
  ['after an event without an id', ['message', 'a', '', 0.5, 0], true, 1],
  ['after an id that was taken back', ['message', 'a', '', 0, 0], true, 1],
])('a stream that is opened %s', (_where, last, resumes, gaps) => {
  expect(gapsAfter([last], resumes)).toBe(gaps)
})
