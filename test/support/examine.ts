import type { Finding, Report } from '../../src/evidence/report.js'
import { type DiagnoseOptions, diagnose } from '../../src/index.js'
import { type Handler, serve } from './stream-server.js'

const mostTries = 5

/** A report in which nothing is unknown for want of time: the doctor is asked again when it says that the machine is busy. */
export async function diagnoseInPeace(options: DiagnoseOptions): Promise<Report> {
  for (let tries = 1; ; tries++) {
    const report = await diagnose(options)
    if (tries === mostTries || !report.findings.some(({ reason }) => reason?.includes('this machine is busy')))
      return report
  }
}

/** What one check says of a real stream. */
export async function findingOf(id: string, url: string, options: DiagnoseOptions = {}): Promise<Finding> {
  const { findings } = await diagnoseInPeace({ for: 1000, ...options, urls: [url], onlyChecks: [id] })
  const finding = findings.find((one) => one.id === id)
  if (!finding) throw new Error(`there is no finding of ${id}`)
  return finding
}

/** What one check says of a server with the fault and of one without it, examined side by side. */
export async function findingsOf(
  id: string,
  { faulty, sound, path = '', ...options }: DiagnoseOptions & { faulty: Handler; sound: Handler; path?: string },
): Promise<{ faulty: Finding; sound: Finding }> {
  await using withFault = await serve(faulty)
  await using without = await serve(sound)
  const [one, other] = await Promise.all([
    findingOf(id, withFault.url + path, options),
    findingOf(id, without.url + path, options),
  ])
  return { faulty: one, sound: other }
}
