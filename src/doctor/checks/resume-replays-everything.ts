/** `resume/replays-everything`: every reconnect brings the whole history again. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { resumedAt } from '../resumed.js'

const expected = 'only what came after the event that was named'

export const resumeReplaysEverything: StreamCheck = {
  id: 'resume/replays-everything',
  severity: 'warning',
  needs: ['watch', 'resume'],
  judge(stream: StreamEvidence): Verdict {
    const outcome = resumedAt(stream)
    if ('state' in outcome) return outcome
    const { exchange, resume, how, began } = outcome
    if (how === 'refused' || how === 'silent') return { state: 'skip', reason: 'nothing came: see resume/ignored' }
    if (how !== 'history') return { state: 'pass', measured: `began at ${began}`, expected }
    return {
      state: 'fail',
      measured: `asked to resume after ${resume.sentId}, began at ${began}, the first event of all: ${resume.inFirstSecond} came at once`,
      expected,
      why: 'Users see old news again, or the app must know what it has seen; and a restart sends everything to everybody.',
      fixes: fixesFor('resume', exchange),
    }
  },
}
