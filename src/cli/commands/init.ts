/** `sse-coord init`: writes a config and the step of a build; asks only people, and only when it was not told `--yes`. */
import { type Command, Option } from 'commander'
import { didYouMean } from '../../config/nearest.js'
import type { InitOptions, ProjectGuess } from '../../index.js'
import { createPen } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import { openQuestions, type Questions } from '../ask.js'
import type { Context } from '../context.js'
import { withScheme } from '../options/stream-url.js'
import { oneOf, someText } from '../options/values.js'
import { writeAll } from '../output.js'
import { showsUnicode } from '../terminal.js'

interface InitFlags {
  yes?: boolean
  /** False by `--no-start`. */
  start?: string | false
  ci?: 'github' | 'gitlab' | 'none'
  overwrite?: boolean
}

const ciNames = ['github', 'gitlab', 'none'] as const
const readCi = oneOf('--ci', ciNames)

const examples = `
Examples:
  $ sse-coord init                                        asks what is unclear
  $ sse-coord init http://localhost:8080/ -y --ci gitlab  asks nothing
`

export function addInit(program: Command, context: Context): void {
  addCommand(program, 'init', examples)
    .summary('write a config and a CI step for check')
    .description(
      'Writes sse-coord.config.ts (or .mjs) and a step for your build service. A file\nthat is there is kept unless you say otherwise.',
    )
    .argument('[url]', 'the page to check (default: http://localhost:3000/)')
    .addOption(new Option('--start <command>', 'how the app is started').argParser(someText('--start', 'a command')))
    .addOption(new Option('--no-start', 'the app runs already'))
    .addOption(new Option('--ci <name>', 'github, gitlab or none').argParser(readCi))
    .option('--overwrite', 'write over files that are there')
    .option('-y, --yes', 'ask nothing')
    .action(async (url: string | undefined, flags: InitFlags) => context.finish(await init(url, flags, context)))
}

async function init(url: string | undefined, flags: InitFlags, { process, loadApi }: Context): Promise<number> {
  const { stdin, stdout, stderr, env, platform } = process
  const pen = createPen({ color: false, unicode: showsUnicode(env, platform) })
  const api = await loadApi()
  const { yes, ...rest } = flags
  const given: InitOptions = { ...rest, ...(url !== undefined && { url: withScheme(url) }) }
  const isAsked = !yes && stdin?.isTTY && stdout.isTTY
  const options = isAsked ? await askFor(given, await api.guessProject(), openQuestions(stdin, stderr)) : given
  if (options === null) return interrupted
  const files = await api.initProject(options)
  const words = { written: 'written', overwritten: 'written anew', kept: 'kept as it was; --overwrite replaces it' }
  const lines = files.map(
    ({ file, state }) => `${pen.sign(state === 'kept' ? 'skip' : 'pass')} ${pen.text(file)}: ${words[state]}`,
  )
  await writeAll(stdout, [...lines, '', 'Next: npx sse-coord check', ''].join('\n'))
  return 0
}

const interrupted = 130

/** What the flags do not say, asked one by one; null when the person has gone. Nothing is written until all is answered. */
async function askFor(given: InitOptions, guess: ProjectGuess, questions: Questions): Promise<InitOptions | null> {
  try {
    const options = { ...given }
    if (options.url === undefined) {
      const answer = await questions.ask('Which page is to be checked?', guess.url)
      if (answer === null) return null
      options.url = withScheme(answer)
    }
    if (options.start === undefined) {
      const answer = await questions.ask('Which command starts the app? none: it runs already', guess.start || 'none')
      if (answer === null) return null
      options.start = answer === 'none' ? false : answer
    }
    if (options.ci === undefined) {
      const ci = await askForCi(questions, guess.ci)
      if (ci === null) return null
      options.ci = ci
    }
    return options
  } finally {
    questions.close()
  }
}

/** Asks until the answer is one of the three. */
async function askForCi(questions: Questions, usual: string): Promise<(typeof ciNames)[number] | null> {
  const question = 'Which build service gets a step? github, gitlab or none'
  for (let answer = await questions.ask(question, usual); ; ) {
    const name = ciNames.find((one) => one === answer)
    if (name !== undefined || answer === null) return name ?? null
    answer = await questions.ask(
      `'${answer}' is none of them${didYouMean(answer, ciNames) || ':'} github, gitlab or none`,
      usual,
    )
  }
}
