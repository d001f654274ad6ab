/** `--reporter name[=file]`: which reports are wanted, and where they go. */
import { SseCoordError } from '../../error.js'
import { type ReporterName, reporterNames } from '../../report/index.js'
import { oneOf } from './values.js'

export interface Destination {
  reporter: ReporterName
  /** `null` is standard output. */
  file: string | null
}

const parseName = oneOf('--reporter', reporterNames)

/** Adds one more to those given before. Each place takes one report. */
export function parseReporter(text: string, previous: readonly Destination[] = []): Destination[] {
  const equals = text.indexOf('=')
  const reporter = parseName(equals < 0 ? text : text.slice(0, equals))
  const file = equals < 0 ? null : text.slice(equals + 1)
  if (file === '') {
    throw new SseCoordError('bad-option', `--reporter ${text} lacks its file, as in --reporter ${text}FILE.`)
  }
  const other = previous.find((one) => one.file === file)
  if (other && file === null) {
    const words = `${other.reporter} and ${reporter} cannot both go to standard output`
    throw new SseCoordError('bad-option', `${words}: give one a file, as in --reporter ${reporter}=FILE.`)
  }
  if (other) {
    throw new SseCoordError('bad-option', `${other.reporter} and ${reporter} cannot both go to '${file}'.`)
  }
  return [...previous, { reporter, file }]
}
