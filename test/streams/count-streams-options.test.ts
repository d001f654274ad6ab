import { expect, test } from 'vitest'
import { countStreams } from '../../src/browser/count-streams.js'
import { expectSteps } from '../../src/browser/experiments/app-steps.js'

test('the four steps are steps', () => {
  expectSteps([{ visit: '/b' }, { click: '#live' }, { waitFor: '.feed' }, { waitMs: 500 }])
})

test.each([
  [{ wait: '500ms' }],
  [{ clik: '#live' }],
  [{ click: 1 }],
  [{ waitMs: '500' }],
  [{ waitMs: Number.NaN }],
  [{ click: '#a', waitMs: 1 }],
  [{}],
  [null],
])('%j is none, and is refused before a browser starts', async (step) => {
  const steps = [{ waitMs: 1 }, step] as never
  await expect(countStreams({ url: 'http://localhost:3000/', browser: '/nowhere', steps })).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringMatching(/^steps\[1\] takes one of visit, click, waitFor and waitMs, .* not /),
  })
})

test('an option that there is none of is refused with the one that was meant', async () => {
  const mistyped = { url: 'http://localhost:3000/', tab: 2 } as object
  await expect(countStreams(mistyped)).rejects.toMatchObject({
    code: 'bad-option',
    message: 'countStreams knows no option tab: did you mean tabs?',
  })
})
