/**
 * Places as a build service knows them. Source maps name files relative to the package that was built, and so does a report;
 * annotations want them relative to the root of the repository, which in a monorepo is another folder.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Finding, Report } from '../evidence/report.js'

type Place = Finding['locations'][number]

/**
 * The report with every file that is there named from the root. What is no file, such as the address of a script, stays.
 *
 * @param root the folder that was checked out
 * @param folder what the names are relative to now
 */
export function relocate(report: Report, root: string, folder: string): Report {
  const inside = path.relative(root, folder)
  if (inside === '' || inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) return report
  const move = (place: Place): Place => {
    const isThere = !path.isAbsolute(place.file) && existsSync(path.join(folder, place.file))
    return isThere ? { ...place, file: path.posix.join(inside.replaceAll('\\', '/'), place.file) } : place
  }
  const findings = report.findings.map((finding) => ({
    ...finding,
    locations: finding.locations.map(move),
    ...(finding.streams && {
      streams: finding.streams.map((stream) => ({ ...stream, place: stream.place && move(stream.place) })),
    }),
  }))
  return { ...report, findings }
}
