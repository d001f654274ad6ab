/** A run of the doctor over streams: gather the evidence, one stream after the other, and judge it. */
import os from 'node:os'
import { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { OnProgress } from '../evidence/progress.js'
import type { Finding, Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import type { StreamEvidence } from '../evidence/stream.js'
import { picturesOf } from '../evidence/tabs-timeline.js'
import { tool } from '../package.js'
import { judgeApp } from './app/judge-app.js'
import type { ChosenChecks } from './choose-checks.js'
import { emptyEvidence, examine } from './examine.js'
import { exitCodeOf } from './exit-code.js'
import { judgeStream, summarise } from './judge.js'
import type { StreamPlan } from './stream-options.js'
import { summariseStream } from './summarise-stream.js'

export interface StreamsRun {
  /** None where a page alone is looked at. */
  streams: readonly StreamPlan[]
  chosen: ChosenChecks
  failOn: Finding['severity']
  signal: AbortSignal
  onProgress: OnProgress
  /** Gets the evidence once it is complete, or as complete as it became. */
  onEvidence: (evidence: Evidence) => void
  /** Measures a page after the streams, and writes into the evidence; resolves with what stopped it. */
  measureApp?: (evidence: Evidence) => Promise<SseCoordError | undefined>
}

/** Resolves with a report also where it was aborted, or where a port of ours was taken (`exitCode` 2). */
export async function diagnoseStreams(run: StreamsRun): Promise<Report> {
  const { failOn, signal, onProgress, onEvidence } = run
  const startedAt = new Date()
  const begin = performance.now()
  const streams = tellApart(run.streams.map((stream) => ({ plan: stream, evidence: emptyEvidence(stream) })))
  let error: SseCoordError | undefined
  try {
    for (const stream of streams) {
      if (!signal.aborted) await examine({ ...stream, signal, onProgress })
    }
  } catch (thrown) {
    if (!(thrown instanceof SseCoordError)) throw thrown
    error = thrown
  }
  const evidence: Evidence = {
    schema: 'sse-coord/evidence@1',
    environment: { node: process.versions.node, os: `${os.type()} ${os.release()} ${os.arch()}`, browser: null },
    targets: streams.map(({ evidence: { url } }) => url),
    complete: !error && !signal.aborted,
    experiments: {},
    run: { startedAt: startedAt.toISOString(), durationMs: roundMs(performance.now() - begin) },
    streams: streams.map((stream) => stream.evidence),
  }
  if (run.measureApp && !error) {
    evidence.complete = false
    error = await run.measureApp(evidence)
    evidence.run = { startedAt: startedAt.toISOString(), durationMs: roundMs(performance.now() - begin) }
  }
  if (error) evidence.error = { code: error.code, message: error.message, hint: error.hint ?? null }
  onEvidence(evidence)
  return reportOn(evidence, run.chosen, failOn)
}

/** Gives streams whose URLs differ in nothing but secrets a number each, so that no finding is taken for that of another. */
function tellApart<Stream extends { evidence: StreamEvidence }>(streams: Stream[]): Stream[] {
  const times = new Map<string, number>()
  for (const { evidence } of streams) {
    const { url } = evidence
    const number = (times.get(url) ?? 0) + 1
    times.set(url, number)
    if (number > 1) evidence.url = `${url}#${number}`
  }
  return streams
}

/** The report that evidence of streams comes to. The same evidence gives the same report. */
export function reportOn(
  evidence: Evidence,
  { stream, gates, app }: ChosenChecks,
  failOn: Finding['severity'],
): Report {
  const { environment, targets, experiments, complete, error, streams = [] } = evidence
  const findings = [
    ...streams.flatMap((one) => [
      ...judgeStream(one, gates).filter(({ state }) => state === 'fail'),
      ...judgeStream(one, stream),
    ]),
    ...(evidence.app ? judgeApp(evidence.app, app) : []),
  ]
  return {
    schema: 'sse-coord/report@1',
    tool,
    command: 'doctor',
    startedAt: evidence.run?.startedAt ?? new Date(0).toISOString(),
    durationMs: evidence.run?.durationMs ?? 0,
    complete,
    exitCode: exitCodeOf({ failOn, complete, findings, failed: error !== undefined }),
    failOn,
    environment,
    targets,
    experiments: { ...experiments, ...(evidence.app && picturesOf(evidence.app)) },
    streams: streams.map(summariseStream),
    findings,
    summary: summarise(findings),
    ...(error && { error }),
  }
}
