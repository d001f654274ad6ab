/** What the functions of the Node API are asked for wrongly is said by name, before anything is started. */
import { expect, test } from 'vitest'
import { checkBudget, countStreams, createMock, createProxy, diagnose } from '../src/index.js'

const api = { checkBudget, countStreams, createMock, createProxy, diagnose } as unknown as Record<
  string,
  (options: unknown) => Promise<unknown>
>

const wrong: [keyof typeof api, unknown, string][] = [
  ['createProxy', { targt: 'http://localhost:3000' }, 'createProxy knows no option targt: did you mean target?'],
  ['createProxy', { target: 3000 }, 'target is a URL, not 3000'],
  ['createProxy', { forward: true, port: '8080' }, 'port is a number, not the text “8080”'],
  ['createProxy', { forward: 'yes' }, 'forward is true or false, not the text “yes”'],
  ['createProxy', { forward: true, faults: 'reset' }, 'faults is a list of texts, not the text “reset”'],
  [
    'createProxy',
    'http://localhost:1',
    'createProxy takes its options as an object, not the text “http://localhost:1”',
  ],
  ['createMock', { prot: 4000 }, 'createMock knows no option prot: did you mean port?'],
  ['createMock', { http2: 'yes' }, 'http2 is true or false, not the text “yes”'],
  ['createMock', { onNote: 'log' }, 'onNote is a function, not the text “log”'],
  ['createMock', { recording: ['a.sse'] }, 'recording is a text, not a list'],
  ['diagnose', { url: 'http://localhost:1/' }, 'diagnose knows no option url: did you mean urls?'],
  ['diagnose', { urls: 'http://localhost:1/' }, 'urls is a list of texts, not the text “http://localhost:1/”'],
  ['diagnose', { failOn: 'warn' }, 'failOn is info, warning or error, not the text “warn”'],
  ['diagnose', { signal: new AbortController() }, 'signal is an AbortSignal, not an object (AbortController)'],
  ['diagnose', { app: { ulr: 'http://localhost:1/' } }, 'app knows no option ulr: did you mean url?'],
  ['diagnose', { app: 'http://localhost:1/' }, 'app is an object, not the text “http://localhost:1/”'],
  ['checkBudget', { page: ['/'] }, 'checkBudget knows no option page: did you mean pages?'],
  ['checkBudget', { onOuput: () => {} }, 'checkBudget knows no option onOuput: did you mean onOutput?'],
  ['checkBudget', { env: 'CI=1' }, 'env is an object, not the text “CI=1”'],
  ['checkBudget', { updateBaseline: 1 }, 'updateBaseline is true or false, not 1'],
  ['countStreams', { ulr: 'http://localhost:1/' }, 'countStreams knows no option ulr: did you mean url?'],
  ['countStreams', { url: 'http://localhost:1/', steps: 'click' }, 'steps is a list, not the text “click”'],
  ['countStreams', { url: new URL('http://localhost:1/') }, 'url is a text, not an object (URL)'],
]

test.each(wrong)('%s refuses %j', async (name, options, message) => {
  await expect(api[name]?.(options)).rejects.toMatchObject({ code: 'bad-option', message })
})
