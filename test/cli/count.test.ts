import { expect, test } from 'vitest'
import { showCount } from '../../src/cli/progress/count.js'

test('a note goes above the line that is redrawn, and wipes nothing where none is drawn', async () => {
  const written: string[] = []
  const write = (text: string) => written.push(text) > 0
  const count = showCount({ write, columns: 80, isTTY: true } as never, 1, () => '3 clients')
  count.note('first')
  expect(written).toEqual(['first\n'])
  await expect.poll(() => written.at(-1)).toBe('\r\u001b[K3 clients')
  count.note('second')
  expect(written.at(-1)).toBe('\r\u001b[Ksecond\n')
  await expect.poll(() => written.at(-1)).toBe('\r\u001b[K3 clients')
  count.close()
  expect(written.at(-1)).toBe('\r\u001b[K')
})
