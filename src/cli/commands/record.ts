/** `sse-coord record`: a stream into a file, to be replayed by the mock; or one kind of file into another. */
import { stat } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { SseCoordError } from '../../error.js'
import { count, createPen } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { listenForInterrupts } from '../interrupts.js'
import { addFollowOptions, type FollowFlags, readFollow } from '../options/follow.js'
import { addRequestOptions, type RequestFlags, readRequest } from '../options/request.js'
import { parseStreamUrl } from '../options/stream-url.js'
import { someText } from '../options/values.js'
import { showRecording } from '../record/progress.js'
import { quietWords } from '../tail/quiet-words.js'
import { canRedraw, showsUnicode, wantsColor } from '../terminal.js'

interface RecordFlags extends RequestFlags, FollowFlags {
  output?: string
  force?: boolean
  color?: boolean
}

const examples = `
Examples:
  $ sse-coord record http://localhost:3000/events -o demo.ssecast --for 30s
  $ sse-coord record devtools.har -o demo.ssecast
`

export function addRecord(program: Command, context: Context): void {
  const output = (flags: string, description: string) => new Option(flags, description).helpGroup('Output:')
  const command = addCommand(program, 'record', examples)
    .summary('record a stream to replay it with mock')
    .description(
      'Writes a stream to a file as it comes, over all its connections, with the time\n' +
        'of each chunk and without secrets. Given a file (.sse, .har, .ssecast) it\n' +
        'converts that to .ssecast or .sse.',
    )
    .argument('<url|file>', 'the stream, or a recording to convert')
  addRequestOptions(command)
  addFollowOptions(command)
  command
    .addOption(
      output('-o, --output <file>', 'where it goes (default: HOST-TIME.ssecast)').argParser(
        someText('--output', 'a file'),
      ),
    )
    .addOption(output('--force', 'overwrite the file'))
    .addOption(output('--color', 'colour in any case'))
    .addOption(output('--no-color', 'no colour'))
    .action(async (what: string, flags: RecordFlags) => {
      const run = /\.(sse|har|ssecast)$/i.test(what) && !what.includes('://') ? convert : runRecord
      context.finish(await run(what, flags, context))
    })
}

async function runRecord(text: string, flags: RecordFlags, { process, loadApi }: Context): Promise<number> {
  const { env, stderr } = process
  if (await isFile(text)) {
    const words = `'${text}' is a file, and its name does not say of which kind: .ssecast, .sse or .har.`
    throw new SseCoordError('bad-option', words)
  }
  const url = parseStreamUrl(text)
  const file = flags.output ?? fileFor(url)
  if (/\.(sse|har)$/i.test(file)) {
    const words = `A stream is recorded as .ssecast, not to '${file}'.`
    const hint = 'Convert it afterwards: npx sse-coord record demo.ssecast -o demo.sse'
    throw new SseCoordError('bad-option', words, { hint })
  }
  const request = await readRequest(flags, env)
  const { record, faultyReasons } = await loadApi()
  const pen = createPen({ color: wantsColor(flags.color, env, stderr), unicode: showsUnicode(env, process.platform) })
  const progress = showRecording({ output: stderr, pen, file, redraws: canRedraw(env, stderr) })
  const abort = new AbortController()
  const interrupts = listenForInterrupts(
    process,
    () => abort.abort(),
    () => progress.close(),
  )
  try {
    const stopped = await record(url, {
      ...request,
      ...readFollow(flags),
      file,
      force: flags.force ?? false,
      signal: abort.signal,
      onHappening: (happening) => progress.show(happening),
      onQuiet: (quiet) => progress.note(quietWords(quiet, pen)),
    })
    if (stopped.reason === 'aborted') return 130
    return faultyReasons.includes(stopped.reason) ? 1 : 0
  } finally {
    progress.close()
    interrupts.close()
  }
}

async function convert(source: string, flags: RecordFlags, { process, loadApi }: Context): Promise<number> {
  const file = flags.output
  if (file === undefined || !/\.(sse|ssecast)$/i.test(file)) {
    throw new SseCoordError('bad-option', `A file is converted to .ssecast or .sse, as in -o demo.ssecast.`)
  }
  const { convertRecording } = await loadApi()
  const { connections, bytes, isTruncated } = await convertRecording(source, file, { force: flags.force ?? false })
  const pen = createPen({ color: false, unicode: showsUnicode(process.env, process.platform) })
  const note = isTruncated ? ' Its last line had broken off and is left out.' : ''
  const words = `${file}: ${count(connections, 'connection')}, ${count(bytes, 'byte')} of streams.${note}`
  process.stderr.write(`${pen.text(words)}\n`)
  return 0
}

function isFile(name: string): Promise<boolean> {
  return stat(name).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** `localhost-3000-2026-01-31T12-00-00.ssecast`: no colon, which Windows has no room for. */
function fileFor({ host }: URL): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return `${host.replace(/[^a-z\d.-]+/gi, '-').replace(/^-|-$/g, '')}-${time}.ssecast`
}
