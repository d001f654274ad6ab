/**
 * Places as a build service knows them. Source maps name files relative to the package that was built, and so does a report;
 * annotations want them relative to the root of the repository, which in a monorepo is another folder.
 */
import { existsSync, realpathSync } from 'node:fs'
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
  // One of the two may lead through a link, as `/tmp` does on macOS.
  const [realRoot, realFolder] = [real(root), real(folder)]
  if (realFolder === realRoot || insideOf(realRoot, realFolder) === null) return report
  const move = (place: Place): Place => {
    const file = path.resolve(realFolder, place.file)
    const inside = existsSync(file) ? insideOf(realRoot, file) : null
    return inside === null ? place : { ...place, file: inside }
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

function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

/** The way down from a folder, with slashes; null where it does not lead there. */
function insideOf(folder: string, file: string): string | null {
  const inside = path.relative(folder, file)
  if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) return null
  return inside.replaceAll(path.sep, '/')
}
