/** `sse-coord proxy`: stands before an app, or behind a browser, and shows live how its connections are spent. */
import { type Command, Option } from 'commander'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { runProxy } from '../live/run-proxy.js'
import type { ProxyFlags } from '../live/start-proxy.js'
import { oneOf, port, size, someText, wholeNumber } from '../options/values.js'

const examples = `
Examples:
  $ sse-coord proxy http://localhost:3000          then open the address shown
  $ sse-coord proxy http://localhost:3000 --fault idle-cut:nginx@path=/events
  $ sse-coord proxy --forward                      then start the browser with
      --proxy-server=http://127.0.0.1:8080 --proxy-bypass-list="<-loopback>"
`

/** Adds one more to those given before. */
const collect =
  (parse: (text: string) => string) =>
  (text: string, previous: readonly string[] = []): string[] => [...previous, parse(text)]

export function addProxy(program: Command, context: Context): void {
  const option = (group: string, flags: string, description: string) => new Option(flags, description).helpGroup(group)
  const where = 'Where:'
  const wrong = 'What goes wrong, on purpose:'
  const cure = 'The cure:'
  const output = 'What is shown and kept:'

  addCommand(program, 'proxy', examples)
    .argument('[target]', 'the app to stand before, such as http://localhost:3000')
    .summary('see every connection of a page live, break streams, try the cure')
    .description(
      'Stands between browser and app and shows live how the six connections that a\n' +
        'browser grants an origin are spent. Breaks streams on purpose, and puts the\n' +
        'coordinator into an app that knows nothing of it.',
    )
    .addOption(option(where, '--forward', "be a browser's --proxy-server instead of standing before one app"))
    .addOption(
      option(where, '--allow-host <name>', 'a host beyond this machine, or a further name in Host').argParser(
        collect(someText('--allow-host', 'a host name or *.example.com')),
      ),
    )
    .addOption(
      option(where, '-p, --port <N>', 'port to listen on, 0 for any (default: 8080)').argParser(port('--port')),
    )
    .addOption(
      option(where, '--host <address>', 'address to listen on (default: 127.0.0.1)').argParser(
        someText('--host', 'an address of this machine'),
      ),
    )
    .addOption(option(where, '--http2', 'take HTTP/2 over TLS: shows all that a page wants at once'))
    .addOption(
      option(wrong, '-f, --fault <fault>', 'NAME[:VALUE][@WHERE=N], such as cut@event=3; may be repeated').argParser(
        collect(someText('--fault', 'a fault such as cut@event=3')),
      ),
    )
    .addOption(
      option(wrong, '--seed <N>', 'makes what is random repeat').argParser(wholeNumber('--seed', 0, 2 ** 32 - 1)),
    )
    .addOption(option(wrong, '--list-faults', 'say which faults there are'))
    .addOption(
      option(wrong, '--emulate-limit <N>', "a browser's limit for clients without one: 6").argParser(
        wholeNumber('--emulate-limit', 1, 1000),
      ),
    )
    .addOption(
      option(cure, '--inject <what>', 'coordinator: EventSource becomes SharedEventSource').argParser(
        oneOf('--inject', ['coordinator']),
      ),
    )
    .addOption(
      option(cure, '--max-body <size>', 'largest page that is changed (default: 5MiB)').argParser(
        size('--max-body', '5MiB'),
      ),
    )
    .addOption(
      option(output, '--dashboard-port <N>', 'port of the dashboard (default: 8081, or any)').argParser(
        port('--dashboard-port'),
      ),
    )
    .addOption(option(output, '--no-dashboard', 'no dashboard'))
    .addOption(
      option(output, '--har <file>', 'write a HAR file at the end, with the events of streams').argParser(
        someText('--har', 'a file'),
      ),
    )
    .addOption(
      option(output, '--record <folder|file>', 'write the streams as .ssecast, a file for each URL').argParser(
        someText('--record', 'a folder or a file'),
      ),
    )
    .addOption(option(output, '--json', 'one JSON object a line for each thing that happens'))
    .addOption(option(output, '--color', 'colour in any case'))
    .addOption(option(output, '--no-color', 'no colour'))
    .action(async (target: string | undefined, flags: ProxyFlags) =>
      context.finish(await runProxy(target, flags, context)),
    )
}
