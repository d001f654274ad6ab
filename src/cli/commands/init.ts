/** `sse-coord init`: writes a config and the step of a build; asks only people, and only when it was not told `--yes`. */
import { type Command, Option } from 'commander'
import type { InitOptions } from '../../index.js'
import { createPen } from '../../report/index.js'
import type { Context } from '../context.js'
import { oneOf, someText } from '../options/values.js'
import { writeAll } from '../output.js'
import type { CliInput, CliOutput } from '../process.js'
import { showsUnicode } from '../terminal.js'
import { explainUsage } from '../usage.js'

interface InitFlags {
  yes?: boolean
  start?: string
  ci?: 'github' | 'gitlab' | 'none'
  overwrite?: boolean
}

const examples = `
Examples:
  $ sse-coord init                                        asks what is unclear
  $ sse-coord init http://localhost:8080/ -y --ci gitlab  asks nothing
`

export function addInit(program: Command, context: Context): void {
  const command = program
    .command('init')
    .summary('write a config and a CI step for check')
    .description(
      'Writes sse-coord.config.ts and a step for your build service. A file that is\nthere is kept unless you say otherwise.',
    )
    .argument('[url]', 'the page to check (default: http://localhost:3000/)')
    .addOption(new Option('--start <command>', 'how the app is started').argParser(someText('--start', 'a command')))
    .addOption(
      new Option('--ci <name>', 'github, gitlab or none').argParser(oneOf('--ci', ['github', 'gitlab', 'none'])),
    )
    .option('--overwrite', 'write over files that are there')
    .option('-y, --yes', 'ask nothing')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : explainUsage(error, command)
    })
    .action(async (url: string | undefined, flags: InitFlags) => context.finish(await init(url, flags, context)))
}

async function init(url: string | undefined, flags: InitFlags, { process, loadApi }: Context): Promise<number> {
  const { stdout, env, platform } = process
  const pen = createPen({ color: false, unicode: showsUnicode(env, platform) })
  const { initProject } = await loadApi()
  const { yes, ...given } = flags
  const options: InitOptions = { ...given, ...(url !== undefined && { url }) }
  const { stdin } = process
  if (!yes && url === undefined && stdin?.isTTY && stdout.isTTY) options.url = await ask(stdin, process.stderr)
  const files = await initProject(options)
  const words = { written: 'written', overwritten: 'written anew', kept: 'kept as it was; --overwrite replaces it' }
  const lines = files.map(
    ({ file, state }) => `${pen.sign(state === 'kept' ? 'skip' : 'pass')} ${pen.text(file)}: ${words[state]}`,
  )
  await writeAll(stdout, [...lines, '', 'Next: sse-coord check', ''].join('\n'))
  return 0
}

/** One line from the person at the terminal. */
async function ask(input: CliInput, output: CliOutput): Promise<string> {
  const usual = 'http://localhost:3000/'
  await writeAll(output, `Which page is to be checked? (${usual}) `)
  const answer = await new Promise<string>((resolve) => {
    const onData = (chunk: Buffer | string) => {
      input.off('data', onData)
      input.pause()
      resolve(chunk.toString().trim())
    }
    input.on('data', onData)
  })
  return answer === '' ? usual : answer
}
