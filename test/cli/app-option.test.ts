import { expect, test } from 'vitest'
import { appOf, appOption } from '../../src/cli/options/app.js'

const request = {
  headers: [
    ['Authorization', 'Bearer x'],
    ['Cookie', 'sid=1; theme=dark'],
  ] as [string, string][],
  insecure: false,
}

test('the page is asked with the headers and cookies of the stream', () => {
  expect(appOf({ app: 'http://localhost:3000/', for: 30_000, allowLoad: true }, request)).toEqual({
    url: 'http://localhost:3000/',
    insecure: false,
    headers: { Authorization: 'Bearer x' },
    cookies: [
      { name: 'sid', value: '1' },
      { name: 'theme', value: 'dark' },
    ],
    waitMs: 30_000,
    allowLoad: true,
  })
})

test('a cookie with a semicolon behind it is one cookie', () => {
  const headers = [['Cookie', ' sid=1; ']] as [string, string][]
  const { cookies } = appOf({ app: 'http://localhost:3000/' }, { headers, insecure: false }) ?? {}
  expect(cookies).toEqual([{ name: 'sid', value: '1' }])
})

test('--deep waits a minute for a page that may be dead', () => {
  expect(appOf({ app: 'http://localhost:3000/', deep: true }, request)).toMatchObject({ waitMs: 60_000 })
})

test('without --app there is no page', () => {
  expect(appOf({}, request)).toBeUndefined()
})

test('what is on this machine needs no scheme', () => {
  expect(appOption().parseArg?.('localhost:3000/a', undefined)).toBe('http://localhost:3000/a')
})

test.each(['example.com', 'file:///index.html', 'page'])('%s is no address of a page', (text) => {
  expect(() => appOption().parseArg?.(text, undefined)).toThrow('--app takes the address of a page')
})
