import { describe, expect, test } from 'vitest'
import { ownFailoverFigures, pageFailoverFigures } from '../../src/budget/failover-figures.js'
import type { HandoverTrial } from '../../src/evidence/app-evidence.js'
import { failoverCase } from '../report/fixtures.js'

const page = 'http://localhost:3000/a'
const trial = (values: Partial<HandoverTrial> = {}): HandoverTrial => ({
  event: 'close',
  recoveryMs: 20,
  waitMs: 10_000,
  lost: 0,
  ...values,
})

describe('a page whose tabs share a stream', () => {
  test('is judged by the slowest ending, each by its median, and by the worst loss', () => {
    const trials = [20, 30, 500].map((recoveryMs) => trial({ recoveryMs }))
    const crashes = [70, 80, 60].map((recoveryMs, lost) => trial({ event: 'crash', recoveryMs, lost }))
    expect(pageFailoverFigures([...trials, ...crashes], page, '/a')).toMatchObject([
      {
        rule: 'failoverTime',
        target: page,
        key: '/a',
        actual: 70,
        doubt: null,
        measured:
          '70 ms until another tab has the stream of this page, when the leading tab crashes: the slowest median of 3 runs each',
      },
      {
        rule: 'lostEvents',
        key: '/a',
        actual: 2,
        measured: '2 lost in the worst of 6 hand-overs of the stream of this page',
      },
    ])
  })

  test('one late run of three does not count, two of three do', () => {
    const [once] = pageFailoverFigures([trial(), trial({ recoveryMs: null }), trial()], page, '/a')
    expect(once?.actual).toBe(20)
    const [twice] = pageFailoverFigures([trial({ recoveryMs: null }), trial({ recoveryMs: null }), trial()], page, '/a')
    expect(twice).toMatchObject({ actual: 10_000, measured: expect.stringContaining('nothing within 10000 ms') })
  })

  test('whose ids do not count up has lost an unknown number', () => {
    expect(pageFailoverFigures([trial({ lost: null })], page, '/a')[1]).toMatchObject({
      actual: null,
      doubt: expect.stringContaining('whole numbers and count up by one'),
    })
  })

  test('that cannot be measured says why', () => {
    const result = { notDone: 'skip', reason: 'Firefox cannot' } as const
    expect(pageFailoverFigures(result, page, '/a').map(({ actual, doubt }) => [actual, doubt])).toEqual([
      [null, 'Firefox cannot'],
      [null, 'Firefox cannot'],
    ])
  })
})

describe('a stream of our own', () => {
  test('says that it is one, and why', () => {
    const cases = [failoverCase('close', { medianMs: 24 }), failoverCase('crash', { medianMs: 31, lost: 1 })]
    expect(ownFailoverFigures(cases, 'no page shares one').map(({ actual, measured }) => [actual, measured])).toEqual([
      [
        31,
        '31 ms to the next event, on a stream of our own, as no page shares one, when the leading tab crashes: the slowest median of 3 runs each',
      ],
      [1, '1 lost in the worst of 6 hand-overs on a stream of our own, as no page shares one'],
    ])
  })

  test('a tab that hangs, and the plain Web Lock, are left out', () => {
    const others = [
      failoverCase('hang', { medianMs: 3200 }),
      failoverCase('freeze', { leader: 'web-lock', medianMs: null, timedOut: 3 }),
    ]
    expect(
      ownFailoverFigures([failoverCase('close', { medianMs: 24 }), ...others], 'a command was run')[0]?.actual,
    ).toBe(24)
  })

  test('nothing measured is unknown', () => {
    expect(ownFailoverFigures([], 'no page shares one')[0]).toMatchObject({
      actual: null,
      doubt: 'no hand-over was measured',
    })
  })
})
