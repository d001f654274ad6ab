/** What a mock is asked for wrongly is said before it listens. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createMock, type MockOptions } from '../../src/mock/index.js'

const wrong: [object, string][] = [
  [{ keepAlive: '5s' }, 'createMock knows no option keepAlive: did you mean keepAliveMs?'],
  [{ llm: { tokensPerSec: 5 } }, 'llm knows no option tokensPerSec: did you mean tokensPerSecond?'],
  [{ paths: '/events' }, 'paths is a list of texts, not the text “/events”'],
  [{ eventTypes: 'tick' }, 'eventTypes is a list of texts, not the text “tick”'],
  [{ faults: 'cut@event=3' }, 'faults is a list of texts, not the text “cut@event=3”'],
  [{ topics: [1] }, 'topics is a list of texts, not 1'],
  [{ retryMs: [5000, 100] }, 'retry is a range from the shorter to the longer time, not 5000 to 100'],
  [{ keepAliveMs: -5 }, 'keepAlive is a time'],
  [{ profile: 'openai' }, 'profile is stream, llm, mcp, not openai'],
  [{ seed: 'a' }, 'seed is a whole number, not a'],
]

test.each(wrong)('%j is refused', async (options, message) => {
  const starting = createMock(options as MockOptions)
  await expect(starting).rejects.toMatchObject({ code: 'bad-option', message: expect.stringContaining(message) })
})

test.each([
  ['a page', '<!doctype html>\n<title>Sign in</title>\n'],
  ['some JSON', '{"a": 1}\n'],
  ['nothing', ''],
])('%s is no recording to play', async (_name, text) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-mock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'stream.sse')
  writeFileSync(file, text)
  await expect(createMock({ recording: file })).rejects.toMatchObject({
    code: 'bad-recording',
    message: expect.stringContaining('holds no event stream'),
  })
})
