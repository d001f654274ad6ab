/**
 * Watches the streams of one tab with nothing but the script in its pages, where a browser offers no more: what the
 * constructors were called with and what became of it. Workers are not seen, nor requests that are no streams.
 */
import type { OriginUse, StreamObserver } from './observe-streams.js'
import { bindingName, type OpenerNote, openerScript, readNote } from './opener-script.js'
import { parseStack } from './stack.js'
import type { StreamRecord } from './stream-record.js'

/** What Playwright's pages offer in every browser. */
export interface ScriptablePage {
  exposeBinding(name: string, callback: (source: unknown, payload: unknown) => void): Promise<unknown>
  addInitScript(script: { content: string }): Promise<unknown>
  on(event: 'framenavigated', listener: (frame: { parentFrame(): unknown }) => void): unknown
}

/** A stream not answered after so long counts as waiting. */
const waitingAfterMs = 200
const mostStreams = 500

export const blindSpotsOfScript: readonly string[] = [
  'This browser tells only what pages and frames do: no streams of workers, no requests that wait.',
]

/** Begins to watch; do it before the tab goes anywhere. */
export async function observeStreamsByScript(page: ScriptablePage): Promise<StreamObserver> {
  const records = new Map<string, StreamRecord>()
  let isOver = false

  function onNote(note: OpenerNote): void {
    const key = `${note.scope} ${note.number}`
    const now = performance.now()
    if (note.note === 'opened' && records.size < mostStreams) {
      records.set(key, {
        url: note.url,
        kind: note.kind,
        context: note.context,
        state: 'open',
        stack: parseStack(note.stack),
        protocol: null,
        fromServiceWorker: false,
        status: null,
        mediaType: null,
        wasOpen: false,
        failure: null,
        pageUrl: note.pageUrl,
        openedAt: now,
        answeredAt: null,
        closedAt: null,
        reconnects: 0,
      })
      return
    }
    const record = records.get(key)
    if (!record) return
    if (note.note === 'closed') end(record)
    if (note.note !== 'answered') return
    if (!/^text\/event-stream\b/i.test(note.type)) return void records.delete(key)
    record.reconnects += record.answeredAt === null ? 0 : 1
    record.answeredAt ??= now
    record.status = note.status
  }

  function end(record: StreamRecord): void {
    record.state = 'closed'
    record.closedAt ??= performance.now()
  }

  await page.exposeBinding(bindingName, (_source, payload) => {
    const note = isOver ? undefined : readNote(payload)
    if (note) onNote(note)
  })
  await page.addInitScript({ content: openerScript })
  page.on('framenavigated', (frame) => {
    if (frame.parentFrame() !== null) return
    // A stream of the new document cannot have been answered yet.
    for (const record of records.values()) if (record.answeredAt !== null) end(record)
  })

  const isWaiting = ({ state, answeredAt, openedAt }: StreamRecord) =>
    state === 'open' && answeredAt === null && performance.now() - openedAt > waitingAfterMs
  const close = async () => {
    isOver = true
  }
  return {
    streams: () =>
      [...records.values()].map((record) => (isWaiting(record) ? { ...record, state: 'waiting' } : { ...record })),
    waiting: () => [],
    origins: () => new Map<string, OriginUse>(),
    protocol: () => null,
    requests: () => [],
    pending: () => [],
    isAsking: () => false,
    isUndecided: (before) =>
      [...records.values()].some(
        (record) => record.openedAt < before && record.state === 'open' && !record.answeredAt && !isWaiting(record),
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
}
