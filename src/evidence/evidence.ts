/**
 * Everything that one run measured, before anyone judges it. Serialisable, so that a saved run can be judged again.
 */
import type { AppEvidence } from './app-evidence.js'
import type { Report } from './report.js'
import type { StreamEvidence } from './stream.js'

/** The evidence of one run. Checks are pure functions of this. */
export interface Evidence {
  schema: 'sse-coord/evidence@1'
  environment: Report['environment']
  targets: string[]
  /** False when the run was cut short: what is missing then was not measured. */
  complete: boolean
  experiments: Report['experiments']
  /** What was measured on the user's own page; absent where the run had none. */
  app?: AppEvidence
  /** Why the run could not go on; absent where it could. */
  error?: NonNullable<Report['error']>
  /** When the run began, in ISO 8601, and how long it took; absent while it runs. */
  run?: { startedAt: string; durationMs: number }
  /** One for every target that is a stream; absent where the run had none. */
  streams?: StreamEvidence[]
}
