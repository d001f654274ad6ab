/** `sse-coord doctor`: what is wrong with a stream; without a URL the limit, the cure, and how the cure holds. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { decodeText } from '../../config/decode-text.js'
import { whyUnreadable } from '../../config/unreadable.js'
import { SseCoordError } from '../../error.js'
import type { Evidence } from '../../index.js'
import type { TerminalOptions } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { measure } from '../measure.js'
import type { Destination } from '../options/reporter.js'
import type { CliProcess } from '../process.js'
import { showsUnicode, wantsColor } from '../terminal.js'
import { expectWritable, writeWhole } from '../write-file.js'
import { writeReports } from '../write-reports.js'
import { addDoctorFlags, type DoctorFlags } from './doctor-flags.js'
import { flagOf, givenNames, optionsOf } from './doctor-options.js'

const examples = `
Examples:
  $ sse-coord doctor                                     this machine's browser
  $ sse-coord doctor http://localhost:3000/api/events    a stream of yours
`

export function addDoctor(program: Command, context: Context): void {
  const command = addCommand(program, 'doctor', examples)
    .summary('say what is wrong with a stream, or show the limit in your browser')
    .usage('[options] [url...]')
    .argument('[url...]')
    .description(
      'With URLs: watches each stream and says what is wrong with it, measured, with\n' +
        'what to paste where.\n' +
        'Without: opens real tabs in a browser on this machine, first with plain\n' +
        'EventSource and then with the coordinator, and measures what each tab gets. Then\n' +
        'the leading tab is closed, crashed, frozen, sent to another page and hung.',
    )
    .action(async (urls: string[], flags: DoctorFlags) => context.finish(await doctor(urls, flags, context)))
  addDoctorFlags(command)
}

async function doctor(urls: string[], flags: DoctorFlags, context: Context): Promise<number> {
  const { process, loadApi } = context
  const { env } = process
  const destinations: Destination[] = flags.reporter ?? [{ reporter: 'pretty', file: null }]
  const options = flags.from === undefined ? await optionsOf(urls, flags, env) : {}
  for (const file of [...destinations.map((one) => one.file), flags.saveEvidence]) {
    if (file) await expectWritable(file)
  }
  if (flags.from !== undefined) return judgeFile(urls, flags.from, flags, destinations, context)
  const { diagnose } = await loadApi()
  return measure(context, { destinations, color: flags.color }, async (hooks) => {
    let evidence: Evidence | undefined
    const keep = (gathered: Evidence) => {
      evidence = gathered
    }
    const report = await diagnose({
      ...options,
      ...(flags.saveEvidence !== undefined && { onEvidence: keep }),
      ...hooks,
    })
    if (flags.saveEvidence !== undefined && evidence) {
      await writeWhole(flags.saveEvidence, `${JSON.stringify(evidence, null, 2)}\n`)
    }
    return report
  })
}

/** What has a meaning beside `--from`. */
const ofJudging: readonly (keyof DoctorFlags)[] = ['from', 'only', 'skip', 'reporter', 'failOn', 'color']

/** `--from`: no measuring, so no progress and nothing to interrupt. */
async function judgeFile(
  urls: readonly string[],
  file: string,
  flags: DoctorFlags,
  destinations: readonly Destination[],
  { process, loadApi }: Context,
): Promise<number> {
  if (urls.length > 0) throw new SseCoordError('bad-option', `--from judges what is in '${file}': leave the URL out.`)
  const stray = givenNames(flags).find((name) => !ofJudging.includes(name))
  if (stray !== undefined) {
    const words = `--from judges what is in '${file}' and measures nothing: leave ${flagOf(stray)} out.`
    throw new SseCoordError('bad-option', words)
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SseCoordError('cannot-read', `'${file}' cannot be read: ${whyUnreadable(cause)}.`, { cause })
  })
  const { judgeAgain } = await loadApi()
  const { only, skip, failOn } = flags
  const report = judgeAgain(decodeText(bytes), {
    ...(only && { onlyChecks: only }),
    ...(skip && { skipChecks: skip }),
    ...(failOn && { failOn }),
  })
  const { stdout, stderr, env } = process
  await writeReports(report, destinations, { stdout, stderr, terminal: terminalOf(flags, process), env })
  return report.exitCode
}

function terminalOf({ color }: DoctorFlags, { env, platform, stdout }: CliProcess): TerminalOptions {
  return { color: wantsColor(color, env, stdout), unicode: showsUnicode(env, platform), width: stdout.columns || 80 }
}
