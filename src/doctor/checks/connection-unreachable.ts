/** `connection/unreachable`: nothing answers. Says at which step it ended: name, connection, TLS, or answer. */
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange, ExchangeEnd } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { Fix, StreamCheck, Verdict } from '../check.js'
import { firstExchange, isVerdict } from '../watched.js'

const expected = 'an answer'

export const connectionUnreachable: StreamCheck = {
  id: 'connection/unreachable',
  severity: 'error',
  needs: ['watch'],
  alwaysApplies: true,
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstExchange(stream)
    if (isVerdict(exchange)) return exchange
    const { status, headersMs, end } = exchange
    const broken = brokenAtOnce(stream)
    if (broken.length > 0) {
      const [first] = broken
      const times = broken.length > 1 ? `${broken.length} connections, and each broke off` : 'the answer broke off'
      const measured = `${times}, the first after ${formatDuration(first?.end.atMs ?? 0)}: ${first?.end.detail}`
      return { state: 'fail', measured, expected, why: whys.body, fixes: [fixFor({ ...end, stage: 'body' })] }
    }
    if (status !== null) {
      return { state: 'pass', measured: `answered in ${formatDuration(headersMs)}`, expected }
    }
    if (end.how === 'left' && end.code === null) {
      return { state: 'unknown', reason: 'the run ended before an answer came; let it run to its end' }
    }
    const stage = end.stage ?? 'headers'
    return {
      state: 'fail',
      measured: `${stageWords[stage]}: ${end.detail ?? 'no answer'}`,
      expected,
      why: whys[stage],
      fixes: [isWithheld(stream, stage) ? inFront : fixFor(end)],
    }
  },
}

/** Whether the app itself did answer, beside its front that did not. */
function isWithheld({ origin }: StreamEvidence, stage: Stage): boolean {
  return stage === 'headers' && origin?.exchange.status === 200
}

const inFront: Fix = {
  stack: 'in front of the app',
  snippet: 'The app itself answers: what stands in front of it holds that back. See delivery/buffered.',
}

/** An answer that breaks off sooner than this after its headers, every time, is none. */
const shortestMs = 1000

/** The connections of the watch, where not one of several lasted; none where one did, or ended as it should. */
function brokenAtOnce({ watch = [], conditions }: StreamEvidence): Exchange[] {
  const lasted = ({ headersMs, end }: Exchange) => end.atMs - (headersMs ?? 0) >= shortestMs
  const isBroken = (one: Exchange) => one.status === null || (one.end.how === 'cut' && !lasted(one))
  // What we left before it could show how long it lasts tells nothing.
  const told = watch.filter((one) => one.end.how !== 'left' || lasted(one))
  // Only what may not be asked for again is judged by one.
  const enough = conditions.method === 'GET' ? 2 : 1
  return watch[0]?.status === 200 && told.length >= enough && told.every(isBroken) ? told : []
}

type Stage = NonNullable<ExchangeEnd['stage']>

const stageWords: Record<Stage, string> = {
  dns: 'the name was not found',
  connect: 'no connection',
  tls: 'TLS failed',
  headers: 'connected, but no answer',
  body: 'the answer broke off',
}

const whys: Record<Stage, string> = {
  dns: 'Without an address there is nothing to connect to.',
  connect: 'An EventSource tries again for ever and shows its user nothing.',
  tls: 'A browser refuses this connection, and an EventSource tells nobody why.',
  headers: 'An EventSource waits here for ever, connecting, without an error. Its connection is one of the six.',
  body: 'What cannot be read is no answer: a client connects again and again, and gets next to nothing.',
}

function fixFor({ stage, code }: ExchangeEnd): Fix {
  if (code === 'ECONNREFUSED') return { stack: 'server', snippet: 'Start the server, or correct the port.' }
  if (stage === 'dns') return { stack: 'URL', snippet: 'Correct the name of the host.' }
  if (stage === 'tls') {
    return { stack: 'certificate', snippet: 'For a certificate of your own making: --insecure' }
  }
  if (stage === 'headers') {
    return {
      stack: 'server',
      snippet:
        'Send the headers at once: res.flushHeaders()\nA proxy that buffers may hold them (nginx: proxy_buffering off); --origin URL\nasks the app itself.',
    }
  }
  if (stage === 'body')
    return { stack: 'server', snippet: 'Look into the log of the server: it failed, or its front did.' }
  return { stack: 'server', snippet: 'See what stands between this machine and the server: firewall, proxy, VPN.' }
}
