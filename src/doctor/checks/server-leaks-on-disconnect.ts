/** `server/leaks-on-disconnect`: clients leave, and the server goes on counting them. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstStream, isVerdict, notLookedAt } from '../watched.js'

export const serverLeaksOnDisconnect: StreamCheck = {
  id: 'server/leaks-on-disconnect',
  severity: 'error',
  needs: ['watch', 'leaks'],
  judge(stream: StreamEvidence): Verdict {
    const { metrics, pid, loopback, allowLoad } = stream.conditions
    if (!metrics && pid === null) {
      return {
        state: 'skip',
        reason: 'needs a count of open streams: --metrics URL --metric NAME, or --pid N on this machine',
      }
    }
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (!loopback && !allowLoad) {
      return { state: 'skip', reason: 'this takes 20 connections to a host that is not this machine; use --allow-load' }
    }
    const { leaks } = stream
    if (!leaks) return notLookedAt
    const { before, during, after, opened, waitedMs, source } = leaks
    if (leaks.problem !== null || before === null || during === null || after === null) {
      return { state: 'unknown', reason: leaks.problem ?? 'the count could not be read; run it again' }
    }
    // A figure that does not rise with twenty streams counts something else.
    if (during - before < opened / 2) {
      return {
        state: 'unknown',
        reason: `the count rose from ${before} to ${during} with ${opened} streams more; name the one that counts open streams`,
      }
    }
    const name = source === 'pid' ? 'sockets of the process' : 'open streams'
    const measured = `${name}: ${before}, with ${opened} clients ${during}, and ${formatDuration(waitedMs)} after they had left ${after}`
    const left = after - before
    const expected = `${before} again`
    const figures = { limit: before, actual: after }
    if (left < opened / 2) return { state: 'pass', measured, expected, ...figures }
    const silenceMs = stream.watch?.[0]?.silence?.ms ?? 0
    if (waitedMs < silenceMs * 2 * 0.95) {
      return {
        state: 'unknown',
        reason: `${left} were still counted after ${formatDuration(waitedMs)}, but the server may notice only when it writes, which it does every ${formatDuration(silenceMs)}; use --deep`,
      }
    }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'Every reload of every page leaves a stream behind, which is written to until memory or sockets run out.',
      fixes: fixesFor('leaks', exchange),
      ...figures,
    }
  },
}
