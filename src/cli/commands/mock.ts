/** `sse-coord mock`: serves a stream to develop against, good or bad on purpose, until Ctrl-C. */
import { type Command, Option } from 'commander'
import { createPen, count as inWords } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { faultTable } from '../fault-table.js'
import { decimal, durationRange, repeated, words } from '../options/lists.js'
import { duration, oneOf, port, someText, wholeNumber } from '../options/values.js'
import { writeAll } from '../output.js'
import { type ShownCount, showCount } from '../progress/count.js'
import { canRedraw, showsUnicode, wantsColor } from '../terminal.js'
import { untilInterrupted } from '../until-interrupted.js'
import { type MockFlags, optionsOf } from './mock/flags.js'
import { greeting } from './mock/greeting.js'
import { refuseIdleOptions } from './mock/idle-options.js'

const examples = `
Examples:
  $ sse-coord mock                       a healthy stream: one event a second
  $ sse-coord mock --fault cut@event=12 --fault status:502@connection=2
`

const countEveryMs = 500

const excess = (): string => 'mock takes one file: see sse-coord mock --help.'

export function addMock(program: Command, context: Context): void {
  const command = addCommand(program, 'mock', examples, excess)
    .summary('a stream to develop against, good or bad on purpose')
    .argument('[file]', 'a recording to play: .ssecast, .sse or a HAR of DevTools')
    .description(
      'Serves an event stream on this machine until Ctrl-C: with ids, heartbeats, a\n' +
        'jittered reconnection time and a history, or with any fault that you ask for.\n' +
        'POST /publish sends an event of your own, GET / shows the stream live.',
    )
  for (const one of options()) command.addOption(one)
  command.action(async (file: string | undefined, flags: MockFlags) =>
    context.finish(await mock({ ...flags, file }, context)),
  )
}

function options(): Option[] {
  const grouped = (group: string) => (flags: string, description: string) =>
    new Option(flags, description).helpGroup(group)
  const stream = grouped('The stream:')
  const wrong = grouped('What goes wrong:')
  const shape = grouped('Other shapes:')
  const listening = grouped('Listening:')
  const look = grouped('Output:')
  return [
    stream('--rate <N>', 'events per second, 0 for none (default: 1)').argParser(decimal('--rate', 0, 100_000)),
    stream('--event <types>', 'types of the events, in turn, with commas').argParser(words('--event', 'tick,alert')),
    stream('--topics <topics>', 'topics, in turn; clients ask with ?topics=').argParser(words('--topics', 'eur,usd')),
    stream('--payload <text>', 'data: {{seq}} {{now}} {{uuid}} {{random}} {{query.x}}').argParser(
      someText('--payload', 'the text of the data'),
    ),
    stream('--payload-file <file>', 'the same from a file, as last saved; of .ndjson a line each').argParser(
      someText('--payload-file', 'a file'),
    ),
    stream('--history <N>', 'events kept for clients that return (default: 500)').argParser(
      wholeNumber('--history', 0, 1_000_000),
    ),
    stream('--keep-alive <time>', 'a comment after that silence (default: 15s)').argParser(
      duration('--keep-alive', '15s', 1),
    ),
    stream('--no-keep-alive', 'no comments'),
    stream('--retry <time>', 'reconnection time or range (default: 2s..5s)').argParser(
      durationRange('--retry', '2s..5s'),
    ),
    stream('--no-retry', 'leave it to the client'),
    wrong('-f, --fault <fault>', 'NAME[:VALUE][@WHERE=N,…]; may be repeated').argParser(repeated),
    wrong('--seed <N>', 'makes random faults and payloads repeat').argParser(wholeNumber('--seed', 0, 2 ** 32 - 1)),
    wrong('--list-faults', 'say which faults there are'),
    shape('--profile <shape>', 'llm, a model’s answer; or mcp, an MCP server').argParser(
      oneOf('--profile', ['stream', 'llm', 'mcp']),
    ),
    shape('--first-token <time>', 'llm: silence before it speaks (default: 400ms)').argParser(
      duration('--first-token', '400ms'),
    ),
    shape('--tokens-per-second <N>', 'llm: how fast it speaks (default: 40)').argParser(
      decimal('--tokens-per-second', 0.01, 100_000),
    ),
    shape('--jitter <time>', 'llm: how unevenly (default: 10ms)').argParser(duration('--jitter', '10ms')),
    shape('--tokens <N>', 'llm: how much it says').argParser(wholeNumber('--tokens', 1, 100_000)),
    shape('--speed <N>', 'a recording that many times as fast (default: 1)').argParser(
      decimal('--speed', 0.001, 1_000_000),
    ),
    listening('-p, --port <N>', 'port, 0 for any free one (default: 4000)').argParser(port('--port')),
    listening('--host <address>', 'address (default: 127.0.0.1, this machine only)').argParser(
      someText('--host', 'an address'),
    ),
    listening('--path <paths>', 'paths of the stream (default: /events)').argParser(words('--path', '/events,/news')),
    listening('--http2', 'HTTP/2 over TLS, with a certificate made at start'),
    listening('--cors [origin]', 'pages of any origin, or of that one, may read').argParser(repeated),
    listening('--no-cors', 'pages of no other origin may read'),
    listening('--allow-host <names>', 'further names in Host for POST').argParser(words('--allow-host', 'mock.test')),
    look('--color', 'colour in any case'),
    look('--no-color', 'no colour'),
  ]
}

async function mock(flags: MockFlags, context: Context): Promise<number> {
  const { env, platform, stdout, stderr } = context.process
  const { createMock, listFaults } = await context.loadApi()
  if (flags.listFaults) {
    await writeAll(stdout, faultTable(listFaults()))
    return 0
  }
  refuseIdleOptions(flags)
  const unicode = showsUnicode(env, platform)
  const pen = createPen({ color: wantsColor(flags.color, env, stdout), unicode })
  let count: ShownCount | undefined
  const onNote = (line: string): void => {
    if (count) count.note(pen.text(line))
    else stderr.write(`${pen.text(line)}\n`)
  }
  const started = await createMock({ ...optionsOf(flags), onNote })
  count = canRedraw(env, stderr) ? showCount(stderr, countEveryMs, () => countWords(started, unicode)) : undefined
  const { http2 = false, profile = 'stream' } = flags
  async function close(): Promise<void> {
    count?.close()
    await started.close()
  }
  await untilInterrupted(
    context,
    { close },
    { begin: () => writeAll(stdout, greeting(started, { ...flags, http2, profile, platform }, pen)) },
  )
  return 130
}

function countWords(
  { connections, published, faults }: Awaited<ReturnType<Awaited<ReturnType<Context['loadApi']>>['createMock']>>,
  unicode: boolean,
): string {
  const clients = Object.values(connections().channels).reduce((sum, { sessions }) => sum + sessions, 0)
  const on = faults.list().length
  const parts = [inWords(clients, 'client'), `${inWords(published, 'event')} published`]
  if (on > 0) parts.push(`${inWords(on, 'fault')} on`)
  return parts.join(unicode ? ' · ' : ', ')
}
