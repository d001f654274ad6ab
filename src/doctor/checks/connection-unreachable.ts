/** `connection/unreachable`: nothing answers. Says at which step it ended: name, connection, TLS, or answer. */
import { formatDuration } from '../../evidence/duration.js'
import type { ExchangeEnd, StreamEvidence } from '../../evidence/stream.js'
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
      fixes: [fixFor(end)],
    }
  },
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
  body: 'What cannot be read is no answer.',
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
        'Send the headers at once: res.flushHeaders()\nA proxy that buffers may hold them; --origin URL asks the app itself.',
    }
  }
  return { stack: 'server', snippet: 'See what stands between this machine and the server: firewall, proxy, VPN.' }
}
