/** `client/stream-refused`: the page asks for a stream and gets none: the server, a policy or the browser says no. */
import type { ObservedStream } from '../../evidence/app.js'
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import { refusalOf } from '../../evidence/refused.js'
import { type AppCheck, type AppVerdict, notDone } from '../app/app-check.js'
import { refusalWords } from '../app/refusal-words.js'
import { noStreamWords, placesOf, streamList } from '../app/stream-words.js'

const expected = 'each stream that the page asks for is given to it'

export const clientStreamRefused: AppCheck = {
  id: 'client/stream-refused',
  severity: 'error',
  judge({ plain }: AppEvidence): AppVerdict {
    if (!isDone(plain)) return notDone(plain)
    const tabs = [...plain.perTab.map((tab) => tab.streams), plain.shared]
    const streams = tabs.flat()
    if (streams.length === 0) return { state: 'skip', reason: noStreamWords(plain) }
    const refused = byRefusal(tabs.flatMap((tab) => tab.filter((stream) => !isReplaced(stream, tab))))
    const [worst] = refused
    if (!worst) return passOf(streams)
    const { why, fix } = refusalWords(worst.refusal, plain.page)
    return {
      state: 'fail',
      measured: refused
        .map(({ refusal, some }) => `${streamList(some)}: ${refusalWords(refusal, plain.page).said}`)
        .join('; '),
      expected,
      why,
      fixes: [fix],
      limit: 0,
      actual: refused.reduce((sum, { some }) => sum + some.length, 0),
      locations: placesOf(refused.flatMap(({ some }) => some)),
    }
  },
}

function passOf(streams: readonly ObservedStream[]): AppVerdict {
  const answered = streams.filter(({ status }) => status !== null)
  if (answered.length === 0) return { state: 'unknown', reason: 'no stream of the page was answered while we watched' }
  return { state: 'pass', measured: `${answered.length} of ${streams.length} answered, none refused`, expected }
}

/** Whether the page has asked again by itself for a stream that it had lost, and was given it. */
function isReplaced({ wasOpen, url, openedAtMs }: ObservedStream, tab: readonly ObservedStream[]): boolean {
  const isSuccessor = (other: ObservedStream) => other.url === url && other.openedAtMs > openedAtMs
  return (
    wasOpen === true && tab.some((other) => isSuccessor(other) && other.status !== null && refusalOf(other) === null)
  )
}

/** Those that were refused, by the reason; what had been open before is another reason. */
function byRefusal(streams: readonly ObservedStream[]): { refusal: string; some: ObservedStream[] }[] {
  const reasons = new Map<string, ObservedStream[]>()
  for (const stream of streams) {
    const refusal = refusalOf(stream)
    if (refusal === null) continue
    const reason = stream.wasOpen ? `lost: ${refusal}` : refusal
    reasons.set(reason, [...(reasons.get(reason) ?? []), stream])
  }
  return [...reasons].map(([refusal, some]) => ({ refusal, some }))
}
