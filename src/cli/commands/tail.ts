/** `sse-coord tail`: every event of a stream as it comes, and what becomes of its connections. */
import { type Command, Option } from 'commander'
import type { QuietStream } from '../../index.js'
import { createPen, jsonText } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { listenForInterrupts } from '../interrupts.js'
import { addFollowOptions, type FollowFlags, readFollow } from '../options/follow.js'
import { addRequestOptions, type RequestFlags, readRequest } from '../options/request.js'
import { parseStreamUrl } from '../options/stream-url.js'
import { writeAll } from '../output.js'
import { writeHappening } from '../tail/lines.js'
import { quietWords } from '../tail/quiet-words.js'
import { showsUnicode, wantsColor } from '../terminal.js'

interface TailFlags extends RequestFlags, FollowFlags {
  json?: boolean
  color?: boolean
}

const examples = `
Examples:
  $ sse-coord tail http://localhost:3000/events
  $ sse-coord tail https://api.example.com/chat --bearer-env TOKEN \\
      --body '{"prompt":"hello"}' --json
`

export function addTail(program: Command, context: Context): void {
  const output = (flags: string, description: string) => new Option(flags, description).helpGroup('Output:')
  const command = addCommand(program, 'tail', examples)
    .summary('show every event of a stream as it comes')
    .description(
      'Follows a stream and shows each event with its id, type, size and the time since\n' +
        'the one before, comments and retry too. Reconnects as a browser would, and gives\n' +
        'up where a browser does.',
    )
    .argument('<url>', 'the stream')
  addRequestOptions(command)
  addFollowOptions(command)
  command
    .addOption(output('--json', 'one JSON document per line'))
    .addOption(output('--color', 'colour in any case'))
    .addOption(output('--no-color', 'no colour'))
    .action(async (url: string, flags: TailFlags) => context.finish(await runTail(url, flags, context)))
}

async function runTail(text: string, flags: TailFlags, { process, loadApi }: Context): Promise<number> {
  const { env, stdout, stderr } = process
  const url = parseStreamUrl(text)
  const request = await readRequest(flags, env)
  const { tail, faultyReasons } = await loadApi()

  const pen = createPen({ color: wantsColor(flags.color, env, stdout), unicode: showsUnicode(env, process.platform) })
  const width = stdout.isTTY ? stdout.columns || 80 : null
  const abort = new AbortController()
  const interrupts = listenForInterrupts(
    process,
    () => abort.abort(),
    () => {},
  )
  let isRead = true
  stdout.on('error', () => {
    isRead = false // a pipe to `head` that has what it wanted
    abort.abort()
  })
  const onQuiet = (quiet: QuietStream) => stderr.write(`${quietWords(quiet, pen)}\n`)
  let exitCode = 0
  try {
    for await (const happening of tail(url, { ...request, ...readFollow(flags), onQuiet, signal: abort.signal })) {
      const line = flags.json ? jsonText(happening) : writeHappening(happening, { pen, width })
      if (isRead) await writeAll(stdout, `${line}\n`)
      if (happening.kind !== 'stopped') continue
      if (faultyReasons.includes(happening.reason)) exitCode = 1
      if (happening.reason === 'aborted' && isRead) exitCode = 130
    }
  } finally {
    interrupts.close()
  }
  return exitCode
}
