import { expect, test } from 'vitest'
import { describePage } from '../../src/probe/page.js'

const describe = (text: string) => describePage({ text, bytes: 0, isWhole: true })

test('a page is told by its title, and everything else by its first words', () => {
  expect(describe('<html><title\nid="t">Sign\n in</title>')).toEqual({ title: 'Sign in', start: '' })
  expect(describe('<p class="a">No <b>access</b></p>')).toEqual({ title: null, start: 'No access' })
  expect(describe('{"error":"a < b"}')).toEqual({ title: null, start: '{"error":"a < b"}' })
  expect(describe('<titles>x</titles>')).toEqual({ title: null, start: 'x' })
})

test('a page full of tags that never end is read once', () => {
  for (const part of ['<', '<title', '<title ', '<title>']) describe(part.repeat(262_144 / part.length))
})
