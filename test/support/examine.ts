import { expect } from 'vitest'
import type { Finding } from '../../src/evidence/report.js'
import { type DiagnoseOptions, diagnose } from '../../src/index.js'
import { type Handler, serve } from './stream-server.js'

/** What one check says of a real stream. */
export async function findingOf(id: string, url: string, options: DiagnoseOptions = {}): Promise<Finding> {
  const { findings } = await diagnose({ for: 1000, ...options, urls: [url], onlyChecks: [id] })
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

/** Nothing is complained of: it passed, or this machine had no time for its delays to tell anything. */
export function expectNoAlarm(finding: Finding | undefined): void {
  const isBusy = finding?.state === 'unknown' && finding.reason?.includes('this machine is busy')
  if (!isBusy) expect(finding).toMatchObject({ state: 'pass' })
}
