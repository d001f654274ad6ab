import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Api } from '../../src/cli/context.js'
import { type CliProcess, run } from '../../src/cli/index.js'
import { SseCoordError } from '../../src/error.js'
import type { Report } from '../../src/evidence/report.js'
import type { DiagnoseOptions } from '../../src/index.js'
import { tool } from '../../src/package.js'
import { renderTerminal } from '../../src/report/index.js'
import { reports } from '../report/fixtures.js'
import { createProcess, type FakeProcess } from './fake-process.js'
import { showOnScreen } from './screen.js'

type Diagnose = (options: DiagnoseOptions) => Promise<Report>

/** Runs the command line with a run that gives `diagnose`. */
async function runWith(process: CliProcess, diagnose: Diagnose = async () => reports.healthy): Promise<number> {
  return run(process, async () => ({ diagnose: (options = {}) => diagnose(options) }) as Api)
}

async function complain(...args: string[]): Promise<string> {
  const process = createProcess(args)
  const diagnose = vi.fn<Diagnose>()
  expect(await runWith(process, diagnose)).toBe(2)
  expect(diagnose).not.toHaveBeenCalled()
  expect(process.stdout.text).toBe('')
  expect(process.stderr.text).toMatch(/^[^\n]+\n$/)
  return process.stderr.text.trim()
}

test('Node’s process is one to run in', () => {
  const fits: CliProcess = process
  expect(fits.argv).toBe(process.argv)
})

describe('help', () => {
  const help = async (...args: string[]) => {
    const process = createProcess(args)
    expect(await runWith(process)).toBe(0)
    expect(process.stderr.text).toBe('')
    return process.stdout.text
  }

  test('comes with no arguments, and names what to start with', async () => {
    const text = await help()
    expect(text).toContain('$ sse-coord doctor  ')
    expect(text).toContain('$ sse-coord doctor --help')
    expect(await help('--help')).toBe(text)
    expect(await help('help')).toBe(text)
  })

  test('of doctor is grouped and has two examples', async () => {
    const text = await help('doctor', '--help')
    expect(text).toMatchSnapshot()
    expect(text.match(/^ {2}\$ sse-coord doctor/gm)).toHaveLength(2)
    expect(await help('help', 'doctor')).toBe(text)
  })

  test('fits into 80 columns', async () => {
    for (const text of [await help(), await help('doctor', '-h')]) {
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
  })

  test('has its examples right: each parses', async () => {
    const examples = [...(await help('doctor', '--help')).matchAll(/^ {2}\$ sse-coord (.*?)( {2}.*)?$/gm)]
    for (const [, args = ''] of examples) {
      const process = createProcess(args.split(' '))
      expect(await runWith(process), args).toBe(0)
    }
  })

  test('gives the version alone', async () => {
    expect(await help('--version')).toBe(`${tool.version}\n`)
  })
})

describe('one sentence and exit code 2 for', () => {
  test.each([
    [['docter'], "Unknown command 'docter': did you mean doctor?"],
    [['xyz'], "Unknown command 'xyz': see sse-coord --help."],
    [['help', 'docter'], "Unknown command 'docter': did you mean doctor?"],
    [['doctor', '--tbas', '3'], "Unknown option '--tbas': did you mean --tabs?"],
    [['doctor', '--zzzzzz'], "Unknown option '--zzzzzz': see sse-coord doctor --help."],
    [['doctor', '--colour'], "Unknown option '--colour': did you mean --color?"],
    [['doctor', 'http://x/', '--from', 'a.json'], "--from judges what is in 'a.json': leave the URL out."],
    [['init', 'http://a/', 'http://b/'], "sse-coord init takes one argument, and 'http://b/' is one too many."],
    [['explain', 'tabs/stall', 'x'], "sse-coord explain takes one argument, and 'x' is one too many."],
    [['info', 'x'], 'sse-coord info takes no argument: see sse-coord info --help.'],
    [['--tabs', '3', 'doctor'], '--tabs goes after the command, as in sse-coord doctor --tabs.'],
    [['doctor', '--tabs', '1'], "--tabs takes a whole number from 2 to 50, not '1'."],
    [['doctor', '--tabs', '1000'], "--tabs takes a whole number from 2 to 50, not '1000'."],
    [['doctor', '--tabs', '8.5'], "--tabs takes a whole number from 2 to 50, not '8.5'."],
    [['doctor', '--tabs', '1e1'], "--tabs takes a whole number from 2 to 50, not '1e1'."],
    [['doctor', '--tabs='], "--tabs takes a whole number from 2 to 50, not ''."],
    [['doctor', '--tabs'], '--tabs needs a value: see sse-coord doctor --help.'],
    [['doctor', '--trials', '0'], "--trials takes a whole number from 1 to 20, not '0'."],
    [['doctor', '--trials', '21'], "--trials takes a whole number from 1 to 20, not '21'."],
    [['doctor', '--only', 'tbas'], "--only takes tabs or failover, not 'tbas': did you mean tabs?"],
    [['doctor', '--only', 'tabs,'], "--only takes tabs or failover, not ''."],
    [
      ['doctor', '--reporter', 'jsn'],
      "--reporter takes pretty, json, junit, sarif, github, markdown or html, not 'jsn': did you mean json?",
    ],
    [
      ['doctor', '-r', 'jsn=a.json'],
      "--reporter takes pretty, json, junit, sarif, github, markdown or html, not 'jsn': did you mean json?",
    ],
    [['doctor', '-r', 'json='], '--reporter json= lacks its file, as in --reporter json=FILE.'],
    [['doctor', '-r', 'json=a', '-r', 'pretty=a'], "json and pretty cannot both go to 'a'."],
    [
      ['doctor', '-r', 'json', '-r', 'pretty'],
      'json and pretty cannot both go to standard output: give one a file, as in --reporter pretty=FILE.',
    ],
    [['doctor', '--fail-on', 'x'], "--fail-on takes error, warning or info, not 'x'."],
    [
      ['doctor', '--fail-on', 'warnings'],
      "--fail-on takes error, warning or info, not 'warnings': did you mean warning?",
    ],
    [['doctor', '--browser', ''], '--browser takes chrome, chromium, edge, a program on PATH or a path, not nothing.'],
    [
      ['doctor', '--for', '20s'],
      '--for needs the URL of a stream, as in sse-coord doctor http://localhost:3000/events --for …',
    ],
    [
      ['doctor', '--deep'],
      '--deep needs the URL of a stream, as in sse-coord doctor http://localhost:3000/events --deep',
    ],
    ...['--listen 3000', '--metric open', '--cookie sid=secret', '--bearer-env NAME', '--http 2', '--allow-load'].map(
      (words): [string[], string] => {
        const flag = words.split(' ', 1)[0] ?? ''
        const value = words === flag ? '' : ' …'
        return [
          ['doctor', ...words.split(' ')],
          `${flag} needs the URL of a stream, as in sse-coord doctor http://localhost:3000/events ${flag}${value}`,
        ]
      },
    ),
    [['doctor', 'http://x/', '--listen', '3000'], '--listen needs --via URL: your proxy, which leads to that port.'],
    [
      ['doctor', 'http://x/', '--trials', '3'],
      '--trials is of the self-test, the run without a URL: leave it or the URL out.',
    ],
    [
      ['doctor', 'http://x/', '--browser', 'firefox'],
      '--browser needs a page to open: add --app URL, or leave it out.',
    ],
    [['doctor', 'http://x/', '--no-sandbox'], '--no-sandbox needs a page to open: add --app URL, or leave it out.'],
    [
      ['doctor', '--from', 'a.json', '--save-evidence', 'b.json'],
      "--from judges what is in 'a.json' and measures nothing: leave --save-evidence out.",
    ],
    [['doctor', '--for', '20', 'http://x/'], "--for takes a duration with its unit, as in --for 20s, not '20'."],
    [
      ['doctor', '--header', 'X-Key', 'http://x/'],
      "--header takes a name and a value, as in --header 'Accept-Language: de'.",
    ],
    [
      ['doctor', '--bearer-env', 'NO_SUCH', 'http://x/'],
      'The environment variable that --bearer-env names is not set.',
    ],
    [
      ['doctor', '--metrics', 'http://x/', 'http://x/'],
      '--metrics and --metric go together: the URL, and the name of the figure there.',
    ],
    [
      ['doctor', '--via', 'http://x/'],
      '--via needs --listen PORT: the port of 127.0.0.1 to which your proxy is pointed meanwhile.',
    ],
    [['doctor', '--from', '/nowhere/a.json'], "'/nowhere/a.json' cannot be read: there is no such file."],
    [['doctor', '--from', '/'], "'/' cannot be read: it is a folder."],
    [['doctor', '-r', 'json=/nowhere/a.json'], "'/nowhere/a.json' cannot be written: its folder does not exist."],
  ])('%j', async (args, sentence) => {
    expect(await complain(...args)).toBe(sentence)
  })

  test('an argument with control characters, which do nothing', async () => {
    expect(await complain('\u001b]0;evil\u0007')).toContain("'\\x1b]0;evil\\x07'")
  })

  test('an option that only the run itself can refuse, with its hint below', async () => {
    const process = createProcess(['doctor', '--browser', 'netscape'])
    const refuse = async () => {
      throw new SseCoordError('bad-option', 'There is no browser netscape.', { hint: 'Try chromium.' })
    }
    expect(await runWith(process, refuse)).toBe(2)
    expect(process.stderr.text).toBe('There is no browser netscape.\nTry chromium.\n')
  })
})

describe('the options reach the run', () => {
  const optionsFor = async (...args: string[]) => {
    const diagnose = vi.fn<Diagnose>(async () => reports.healthy)
    expect(await runWith(createProcess(['doctor', ...args]), diagnose)).toBe(0)
    const { signal, onProgress, onNote, ...rest } = diagnose.mock.calls[0]?.[0] ?? {}
    expect(signal?.aborted).toBe(false)
    expect([typeof onProgress, typeof onNote]).toEqual(['function', 'function'])
    return rest
  }

  test('left out where they were not given', async () => {
    expect(await optionsFor()).toEqual({})
  })

  test('as they were given', async () => {
    const args = '--tabs 12 --trials 5 --only tabs --browser /opt/x --install-browser --no-sandbox --fail-on error'
    expect(await optionsFor(...args.split(' '), '-r', 'pretty', '--no-color')).toEqual({
      tabs: 12,
      trials: 5,
      only: ['tabs'],
      browser: '/opt/x',
      installBrowser: true,
      sandbox: false,
      failOn: 'error',
    })
  })

  test('several parts by commas or one by one, each once', async () => {
    expect((await optionsFor('--only', 'tabs,failover')).only).toEqual(['tabs', 'failover'])
    expect((await optionsFor('--only', 'failover', '--only', 'tabs, failover')).only).toEqual(['failover', 'tabs'])
  })
})

describe('with URLs', () => {
  test('the options of the wire reach the run, and secrets by their variable', async () => {
    const args =
      'http://a/ http://b/ --for 45s --page-origin http://c --http 2 --profile llm --only retry,format/framing --skip cors'
    const process = createProcess(
      ['doctor', ...args.split(' '), '--header', 'X-Team: blue', '--cookie', 'a=1; b=2', '--bearer-env', 'T'],
      { env: { T: 'secret' } },
    )
    let given: DiagnoseOptions = {}
    await runWith(process, async (options) => {
      given = options
      return reports.healthy
    })
    expect(given).toMatchObject({
      urls: ['http://a/', 'http://b/'],
      for: 45_000,
      pageOrigin: 'http://c',
      http: 2,
      profile: 'llm',
      onlyChecks: ['retry', 'format/framing'],
      skipChecks: ['cors'],
      headers: [
        ['X-Team', 'blue'],
        ['Cookie', 'a=1; b=2'],
        ['Authorization', 'Bearer secret'],
      ],
    })
  })
})

describe('the report', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-test-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test.each(Object.entries(reports))('of a run that went “%s” sets the exit code', async (_, report) => {
    for (const reporter of ['pretty', 'json']) {
      expect(await runWith(createProcess(['doctor', '-r', reporter]), async () => report)).toBe(report.exitCode)
    }
  })

  test('is for people by default', async () => {
    const process = createProcess(['doctor'])
    await runWith(process)
    expect(process.stdout.text).toBe(renderTerminal(reports.healthy))
    expect(process.stderr.text).toBe('')
  })

  test('is coloured and as wide as a terminal', async () => {
    const process = createProcess(['doctor'], { tty: true })
    process.stdout.columns = 60
    await runWith(process)
    expect(process.stdout.text).toBe(renderTerminal(reports.healthy, { color: true, width: 60 }))
  })

  test('is 80 columns wide where the terminal does not know its size', async () => {
    const process = createProcess(['doctor', '--no-color'], { tty: true })
    process.stdout.columns = 0
    await runWith(process)
    expect(process.stdout.text).toBe(renderTerminal(reports.healthy))
  })

  test('is in ASCII where the locale is', async () => {
    const process = createProcess(['doctor'], { env: { LANG: 'C' } })
    await runWith(process)
    expect(process.stdout.text).toMatch(/^[\x20-\x7e\n]+$/)
  })

  test('obeys --color and --no-color', async () => {
    const coloured = createProcess(['doctor', '--color'], { env: { NO_COLOR: '1' } })
    await runWith(coloured)
    expect(coloured.stdout.text).toContain('\u001b[')
    const plain = createProcess(['doctor', '--no-color'], { tty: true })
    await runWith(plain)
    expect(plain.stdout.text).not.toContain('\u001b[')
  })

  test('is one JSON document and nothing else with --reporter json', async () => {
    const process = createProcess(['doctor', '--reporter', 'json'])
    await runWith(process, async ({ onProgress, onNote }) => {
      onNote?.('a note')
      onProgress?.({ id: 'a', title: 'a step', state: 'finished', plannedMs: 1 })
      return reports.healthy
    })
    expect(JSON.parse(process.stdout.text)).toEqual(reports.healthy)
    expect(process.stderr.text).toContain('a note\n✓ a step')
  })

  test('goes to files too, without colour', async () => {
    const json = path.join(folder, 'a.json')
    const pretty = path.join(folder, 'a.txt')
    const args = ['doctor', '--color', '-r', 'pretty', '-r', `json=${json}`, '--reporter', `pretty=${pretty}`]
    const process = createProcess(args)
    await runWith(process)
    expect(process.stdout.text).toBe(renderTerminal(reports.healthy, { color: true }))
    expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(reports.healthy)
    expect(await readFile(pretty, 'utf8')).toBe(renderTerminal(reports.healthy))
    expect(await readdir(folder)).toEqual(['a.json', 'a.txt'])
  })

  test('is not lost when its file cannot be written after all', async () => {
    const gone = path.join(folder, 'gone')
    const process = createProcess(['doctor', '-r', 'pretty', '-r', `json=${gone}`])
    const code = await runWith(process, async () => {
      await rm(folder, { recursive: true })
      await writeFile(folder, '')
      return reports.healthy
    })
    expect(code).toBe(2)
    expect(process.stdout.text).toBe(renderTerminal(reports.healthy))
    expect(process.stderr.text).toBe(`'${gone}' cannot be written: its folder is a file.\n`)
  })

  test('of a run that measured nothing is the error alone, on standard error', async () => {
    const process = createProcess(['doctor'])
    await runWith(process, async () => reports.noBrowser)
    expect(process.stdout.text).toBe('')
    expect(process.stderr.text).toBe(`${reports.noBrowser.error?.message}\n${reports.noBrowser.error?.hint}\n`)
  })

  test('of a run that measured something holds the error', async () => {
    const process = createProcess(['doctor'])
    await runWith(process, async () => reports.browserDied)
    expect(process.stdout.text).toContain(reports.browserDied.error?.message)
    expect(process.stderr.text).toBe('')
  })

  test('for programs leaves the error to people on standard error', async () => {
    const process = createProcess(['doctor', '-r', 'json'])
    await runWith(process, async () => reports.browserDied)
    expect(JSON.parse(process.stdout.text)).toEqual(reports.browserDied)
    expect(process.stderr.text).toContain(`${reports.browserDied.error?.message}\n`)
  })
})

describe('standard output that', () => {
  const failing = async (code: string, ...args: string[]) => {
    const process = createProcess(args)
    process.stdout.failure = Object.assign(new Error(`${code}: no`), { code })
    return { exitCode: await runWith(process), process }
  }

  test('nobody reads any more is no fault', async () => {
    for (const args of [['doctor'], ['--help'], ['doctor', '-r', 'json']]) {
      const { exitCode, process } = await failing('EPIPE', ...args)
      expect([exitCode, process.stderr.text]).toEqual([0, ''])
    }
  })

  test('cannot be written is said so', async () => {
    const { exitCode, process } = await failing('ENOSPC', 'doctor')
    expect([exitCode, process.stderr.text]).toEqual([2, 'The output could not be written: ENOSPC: no.\n'])
  })
})

describe('Ctrl-C', () => {
  /** A run that goes on until it is told to stop. */
  const untilStopped: Diagnose = ({ signal, onProgress }) =>
    new Promise((resolve) => {
      onProgress?.({ id: 'a', title: 'a long step', state: 'started', plannedMs: 60_000 })
      signal?.addEventListener('abort', () => resolve(reports.cutShort))
    })
  /** `started` resolves once the run is under way. */
  const start = (process: FakeProcess, diagnose: Diagnose) => {
    let ended: Promise<number> = Promise.resolve(0)
    const started = new Promise((resolve) => {
      ended = runWith(process, (options) => {
        setImmediate(resolve)
        return diagnose(options)
      })
    })
    return { started, ended }
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('as %s ends the run, which still reports', async (signal) => {
    const process = createProcess(['doctor'])
    const { started, ended } = start(process, untilStopped)
    await started
    process.emit(signal)
    expect(await ended).toBe(130)
    expect(process.stderr.text).toContain('stopping …')
    expect(process.stdout.text).toBe(renderTerminal(reports.cutShort))
    expect(process.exits).toEqual([])
  })

  test('a second time ends at once, the cursor restored', async () => {
    const process = createProcess(['doctor'], { tty: true })
    let stop = () => {}
    const { started, ended } = start(
      process,
      () =>
        new Promise((resolve) => {
          stop = () => resolve(reports.cutShort)
        }),
    )
    await started
    process.emit('SIGINT')
    expect(process.exits).toEqual([])
    expect(showOnScreen(process.stderr.text).cursorShown).toBe(false)
    process.emit('SIGINT')
    expect(process.exits).toEqual([130])
    expect(showOnScreen(process.stderr.text).cursorShown).toBe(true)
    stop()
    await ended
  })

  test('leaves nothing on the screen but the report', async () => {
    const process = createProcess(['doctor'], { tty: true })
    const { started, ended } = start(process, untilStopped)
    await started
    process.emit('SIGINT')
    await ended
    expect(showOnScreen(process.stderr.text).lines).toEqual(['stopping … (Ctrl-C again ends at once)'])
  })

  test('is listened to during the run only', async () => {
    const process = createProcess(['doctor'])
    const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException']
    const counts: number[][] = []
    await runWith(process, async () => {
      counts.push(events.map((event) => process.listenerCount(event)))
      return reports.healthy
    })
    counts.push(events.map((event) => process.listenerCount(event)))
    expect(counts).toEqual([
      [1, 1, 1, 1, 1],
      [0, 0, 0, 0, 0],
    ])
  })
})

describe('a fault of ours', () => {
  test('keeps its stack, says whose fault it is, and exits with 2', async () => {
    const process = createProcess(['doctor'])
    const fail = async () => {
      throw new TypeError('x is not a function')
    }
    expect(await runWith(process, fail)).toBe(2)
    expect(process.stdout.text).toBe('')
    expect(process.stderr.text).toMatch(/^This is a fault of sse-coord.*\nTypeError: x is not a function\n {4}at /)
  })

  test('is none where somebody has removed the folder that we are in', async () => {
    const process = createProcess(['doctor'])
    const gone = Object.assign(new Error('ENOENT: no such file, uv_cwd'), { code: 'ENOENT', syscall: 'uv_cwd' })
    const fail = async () => {
      throw gone
    }
    expect(await runWith(process, fail)).toBe(2)
    expect(process.stderr.text).toMatch(/^The folder that you are in is not there any more\.\n.*cd "\$PWD"\n$/)
  })

  test('outside of the run exits with 2 as well', async () => {
    const process = createProcess(['doctor'])
    await runWith(process, async () => {
      process.emit('uncaughtException', new RangeError('too much'))
      return reports.healthy
    })
    expect(process.exits).toEqual([2])
    expect(process.stderr.text).toContain('This is a fault of sse-coord')
    expect(process.stderr.text).toContain('RangeError: too much\n    at ')
  })
})
