import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Figure } from '../../src/budget/figure.js'
import { type Judgement, judgeFigure } from '../../src/budget/judge.js'

const figure = (values: Partial<Figure> = {}): Figure => ({
  rule: 'streamsPerTab',
  target: 'http://localhost:3000/',
  key: '/',
  actual: 2,
  doubt: null,
  measured: '2 streams per tab',
  streams: [
    { url: 'http://localhost:3000/a', place: { file: 'src/a.ts', line: 3, column: 1, function: 'a' } },
    { url: 'http://localhost:3000/b', place: null },
    { url: 'http://localhost:3000/a', place: { file: 'src/a.ts', line: 3, column: 1, function: 'a' } },
  ],
  ...values,
})
const judgement = (values: Partial<Judgement> = {}): Judgement => ({
  budget: {},
  baseline: null,
  tolerance: 0.25,
  ...values,
})
const baseline = (actual: number, streams: string[] = [], rule: Figure['rule'] = 'streamsPerTab') => ({
  schema: 'sse-coord/baseline@1' as const,
  figures: [{ rule, key: '/', actual, streams }],
})

test('counts are compared exactly', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), (actual, limit) => {
      const found = judgeFigure(figure({ actual }), judgement({ budget: { streamsPerTab: limit }, tolerance: 10 }))
      expect(found?.state).toBe(actual > limit ? 'fail' : 'pass')
      expect(found).toMatchObject({ actual, limit, baseline: null, delta: null })
    }),
  )
})

test('a rule for the least binds the other way', () => {
  const judge = (actual: number) =>
    judgeFigure(figure({ rule: 'tabsBeforeStall', actual }), judgement({ budget: { tabsBeforeStall: 6 } }))?.state
  expect([judge(5), judge(6), judge(7)]).toEqual(['fail', 'pass', 'pass'])
  const found = (rule: Figure['rule']) => judgeFigure(figure({ rule }), judgement({ budget: { [rule]: 6 } }))
  expect(found('tabsBeforeStall')).toMatchObject({ limit: 6, limitIs: 'least' })
  expect(found('streamsPerTab')).not.toHaveProperty('limitIs')
})

test('times have the tolerance', () => {
  const judge = (actual: number, tolerance: number) =>
    judgeFigure(figure({ rule: 'failoverTime', actual }), judgement({ budget: { failoverTime: 100 }, tolerance }))
  expect([judge(125, 0.25)?.state, judge(126, 0.25)?.state, judge(101, 0)?.state]).toEqual(['pass', 'fail', 'fail'])
  expect(judge(1, 0.25)?.expected).toBe('at most 100 ms (+25 %)')
})

describe('the baseline', () => {
  test('is the limit where there is none', () => {
    const judge = (actual: number) => judgeFigure(figure({ actual }), judgement({ baseline: baseline(2) }))
    expect(judge(3)).toMatchObject({ state: 'fail', limit: 2, actual: 3, baseline: 2, delta: 1 })
    expect(judge(3)?.expected).toBe('at most 2, as before')
    expect(judge(1)).toMatchObject({ state: 'pass', delta: -1 })
  })

  test('is no limit for connections, of which a page takes one more or less from run to run', () => {
    const before = baseline(2, [], 'socketsPerOrigin')
    const sockets = figure({ rule: 'socketsPerOrigin', actual: 3 })
    expect(judgeFigure(sockets, judgement({ baseline: before }))).toBeUndefined()
    const limited = judgeFigure(sockets, judgement({ budget: { socketsPerOrigin: 2 }, baseline: before }))
    expect(limited).toMatchObject({ state: 'fail', limit: 2, baseline: 2, delta: 1 })
  })

  test('never loosens a limit, nor binds beside one', () => {
    const judge = (limit: number) =>
      judgeFigure(figure({ actual: 3 }), judgement({ budget: { streamsPerTab: limit }, baseline: baseline(2) }))
    expect(judge(2)).toMatchObject({ state: 'fail', limit: 2, delta: 1 })
    expect(judge(5)).toMatchObject({ state: 'pass', limit: 5, baseline: 2, delta: 1 })
    const loose = judgeFigure(figure({ actual: 3 }), judgement({ budget: { streamsPerTab: 1 }, baseline: baseline(9) }))
    expect(loose?.state).toBe('fail')
  })

  test('tells which streams are new', () => {
    const found = judgeFigure(figure(), judgement({ baseline: baseline(1, ['http://localhost:3000/a']) }))
    expect(found?.streams?.map(({ isNew }) => isNew)).toEqual([false, true, false])
    const without = judgeFigure(figure(), judgement({ budget: { streamsPerTab: 1 } }))
    expect(without?.streams?.some(({ isNew }) => isNew)).toBe(false)
  })

  test('of another page says nothing', () => {
    expect(judgeFigure(figure({ key: '/other' }), judgement({ baseline: baseline(2) }))).toBeUndefined()
  })
})

test('a rule that nobody set, or somebody took away, is not judged', () => {
  expect(judgeFigure(figure(), judgement())).toBeUndefined()
  const away = judgement({ budget: { streamsPerTab: false }, baseline: baseline(1) })
  expect(judgeFigure(figure(), away)).toBeUndefined()
})

test('what could not be measured is unknown, with its reason', () => {
  const found = judgeFigure(
    figure({ actual: null, doubt: 'Firefox does not tell' }),
    judgement({ budget: { streamsPerTab: 1 }, baseline: baseline(1) }),
  )
  expect(found).toMatchObject({ state: 'unknown', reason: 'Firefox does not tell', limit: 1, baseline: 1, delta: null })
})

test('a figure that may still grow fails, but never passes', () => {
  const judge = (actual: number) =>
    judgeFigure(figure({ actual, doubt: 'still changing' }), judgement({ budget: { streamsPerTab: 1 } }))
  expect(judge(2)).toMatchObject({ state: 'fail', reason: null })
  expect(judge(1)).toMatchObject({ state: 'unknown', reason: 'still changing', actual: 1 })
})

test('places are named once, and the limit with its line', () => {
  const found = judgeFigure(
    figure(),
    judgement({ budget: { streamsPerTab: 1 }, limitAt: (rule) => `sse-coord.config.ts:7 ${rule}` }),
  )
  expect(found?.locations).toEqual([{ file: 'src/a.ts', line: 3, column: 1, function: 'a' }])
  expect(found?.limitAt).toBe('sse-coord.config.ts:7 streamsPerTab')
  expect(found?.fixes.length).toBeGreaterThan(0)
})
