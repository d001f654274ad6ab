import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { showLines } from '../../src/cli/progress/lines.js'
import { showLive } from '../../src/cli/progress/live.js'
import type { ProgressView } from '../../src/cli/progress/view.js'
import type { Progress } from '../../src/evidence/progress.js'
import { createPen } from '../../src/report/index.js'
import { createProcess } from './fake-process.js'
import { showOnScreen } from './screen.js'

const pen = createPen({ color: false, unicode: true })
const step = (id: string, state: Progress['state'], values: Partial<Progress> = {}): Progress => ({
  id,
  title: `step ${id}`,
  state,
  plannedMs: 5000,
  ...values,
})

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

describe('in a log', () => {
  const start = () => {
    const { stderr } = createProcess([])
    return { stderr, view: showLines({ output: stderr, pen }) }
  }

  test('every step that ends is a line', () => {
    const { stderr, view } = start()
    view.onProgress(step('a', 'started'))
    view.onProgress(step('b', 'started'))
    vi.advanceTimersByTime(1200)
    view.onProgress(step('b', 'finished', { outcome: '6 of 8' }))
    vi.advanceTimersByTime(2000)
    view.onProgress(step('a', 'failed'))
    expect(stderr.text).toBe('✓ step b: 6 of 8 (1.2 s)\n✗ step a (3.2 s)\n')
    void view.close()
  })

  test('a step that was not done gets no tick, and says why', () => {
    const { stderr, view } = start()
    view.onProgress(step('a', 'finished', { outcome: 'Firefox cannot', notDone: 'skip' }))
    view.onProgress(step('b', 'finished', { outcome: 'it was late', notDone: 'unknown' }))
    expect(stderr.text).toBe('– step a: Firefox cannot (0 ms)\n? step b: it was late (0 ms)\n')
    void view.close()
  })

  test('a step that begins again is counted from then', () => {
    const { stderr, view } = start()
    view.onProgress(step('a', 'started'))
    view.onProgress(step('a', 'finished'))
    vi.advanceTimersByTime(60_000)
    stderr.text = ''
    view.onProgress(step('a', 'started'))
    vi.advanceTimersByTime(1200)
    view.onProgress(step('a', 'finished'))
    expect(stderr.text).toBe('✓ step a (1.2 s)\n')
    void view.close()
  })

  test('every 15 s a line tells what runs', () => {
    const { stderr, view } = start()
    vi.advanceTimersByTime(10_000)
    view.onProgress(step('a', 'started', { plannedMs: 3000 }))
    view.onProgress(step('b', 'started', { plannedMs: 60_000 }))
    vi.advanceTimersByTime(4999)
    expect(stderr.text).toBe('')
    vi.advanceTimersByTime(15_001)
    expect(stderr.text).toBe(
      '› step a (5 s, planned 3 s), step b (5 s of 60 s)\n› step a (20 s, planned 3 s), step b (20 s of 60 s)\n',
    )
    void view.close()
  })

  test('no timer is left', () => {
    const { view } = start()
    expect(vi.getTimerCount()).toBe(1)
    void view.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('on a terminal', () => {
  const views: ProgressView[] = []
  afterEach(() => {
    for (const view of views.splice(0)) void view.close()
  })
  const start = () => {
    const { stderr } = createProcess([], { tty: true })
    const view = showLive({ output: stderr, pen })
    views.push(view)
    return { stderr, view, screen: () => showOnScreen(stderr.text).lines }
  }

  test('steps that overlap stand side by side with what they take', () => {
    const { view, screen } = start()
    view.onProgress(step('a', 'started'))
    view.onProgress(step('b', 'started', { plannedMs: 10_000 }))
    vi.advanceTimersByTime(3100)
    expect(screen()).toEqual(['› step a  3 s of 5 s', '› step b  3 s of 10 s'])
    view.onProgress(step('a', 'finished', { outcome: 'well' }))
    vi.advanceTimersByTime(1000)
    expect(screen()).toEqual(['✓ step a  well', '› step b  4 s of 10 s'])
    view.onProgress(step('b', 'finished', { outcome: 'not here', notDone: 'skip' }))
    vi.advanceTimersByTime(1000)
    expect(screen()).toEqual(['✓ step a  well', '– step b  not here'])
  })

  test('a burst of steps is drawn at most ten times a second', () => {
    const { stderr, view } = start()
    const write = vi.spyOn(stderr, 'write')
    for (let at = 0; at < 1000; at += 5) {
      view.onProgress(step(`${at}`, 'started'))
      vi.advanceTimersByTime(5)
    }
    expect(write.mock.calls.length).toBeGreaterThan(5)
    expect(write.mock.calls.length).toBeLessThanOrEqual(10)
  })

  test('what has not changed is not drawn again', () => {
    const { stderr, view } = start()
    view.onProgress(step('a', 'started'))
    vi.advanceTimersByTime(100)
    const write = vi.spyOn(stderr, 'write')
    vi.advanceTimersByTime(800)
    expect(write).not.toHaveBeenCalled()
  })

  test('notes stay above the steps', () => {
    const { view, screen } = start()
    view.onProgress(step('a', 'started'))
    vi.advanceTimersByTime(200)
    view.note('downloading\u001b[2J')
    view.note('unpacking')
    expect(screen()).toEqual(['downloading\\x1b[2J', 'unpacking', '› step a  0 s of 5 s'])
  })

  test('closing wipes the steps, keeps the notes and gives the cursor back', () => {
    const { stderr, view } = start()
    view.onProgress(step('a', 'started'))
    view.note('kept')
    vi.advanceTimersByTime(200)
    expect(showOnScreen(stderr.text).cursorShown).toBe(false)
    void view.close()
    const written = stderr.text
    expect(showOnScreen(written)).toEqual({ lines: ['kept'], cursorShown: true })
    void view.close()
    expect(stderr.text).toBe(written)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a line never reaches the edge, where it would break in two', () => {
    const { stderr, view, screen } = start()
    stderr.columns = 30
    view.onProgress(step('a', 'started', { title: 'x'.repeat(50) }))
    view.onProgress(step('b', 'finished', { outcome: '日'.repeat(50) }))
    vi.advanceTimersByTime(100)
    expect(screen().map((line) => line.length)).toEqual([29, 2 + 6 + 2 + 9])
  })

  test('a terminal that does not know its size gets lines of 80 columns', () => {
    const { stderr, view, screen } = start()
    stderr.columns = 0
    stderr.rows = 0
    for (const id of ['a', 'b', 'c']) view.onProgress(step(id, 'started', { title: 'x'.repeat(100) }))
    vi.advanceTimersByTime(100)
    expect(screen().map((line) => line.length)).toEqual([79, 79, 79])
  })

  test('the steps that run come before those that ended when room is short', () => {
    const { stderr, view, screen } = start()
    stderr.rows = 5
    view.onProgress(step('a', 'started'))
    for (const id of ['b', 'c', 'd', 'e']) view.onProgress(step(id, 'finished'))
    view.onProgress(step('f', 'started'))
    vi.advanceTimersByTime(100)
    expect(screen().map((line) => line.slice(0, 8))).toEqual(['› step a', '✓ step e', '› step f'])
  })
})
