/** `resume/ignored`: a client that comes back says what it saw last, and the server goes on somewhere else. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { resumedAt } from '../resumed.js'

const expected = 'the event after the one that was named'

export const resumeIgnored: StreamCheck = {
  id: 'resume/ignored',
  severity: 'error',
  needs: ['watch', 'resume'],
  judge(stream: StreamEvidence): Verdict {
    const outcome = resumedAt(stream)
    if ('state' in outcome) return outcome
    const { exchange, resume, how, began } = outcome
    const asked = `asked to resume after ${resume.sentId}`
    const fixes = fixesFor('resume', exchange)
    const fail = (measured: string): Verdict => ({
      state: 'fail',
      measured,
      expected,
      why: 'Each reconnect loses what was sent meanwhile, and nobody is told.',
      fixes,
    })
    switch (how) {
      case 'refused':
        return fail(`${asked}, and the answer was ${resume.exchange.status}`)
      case 'silent':
        return fail(
          `${asked}, and nothing came in ${formatDuration(resume.waitedMs)}, although ${resume.seen - resume.sentIndex - 1} events had followed it`,
        )
      case 'successor':
        return { state: 'pass', measured: `${asked}, went on with ${began}`, expected }
      case 'history':
        return { state: 'skip', reason: 'nothing is lost, as all is sent again: see resume/replays-everything' }
      case 'anew':
        return {
          state: 'fail',
          // No more than without ids, and an answer of its own to each connection has nothing to lose.
          severity: 'warning',
          measured: `${asked}, began again with ${began}: each connection has ids of its own`,
          expected,
          why: 'Such ids name nothing that a client could ask for: what was sent during a break is lost, as it is without ids.',
          fixes,
        }
      case 'repeated':
        return {
          state: 'pass',
          measured: `${asked}, went on with ${began}, which had been seen; none was lost`,
          expected,
        }
      case 'hole': {
        const lost = outcome.lost === null ? 'events were lost' : `${outcome.lost} lost`
        return fail(`${asked}, began at ${began}: ${lost}`)
      }
    }
  },
}
