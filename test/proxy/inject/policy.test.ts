import { expect, test } from 'vitest'
import { judgePolicies } from '../../../src/proxy/inject/policy.js'

const script = new URL('http://localhost:8080/__sse-coord/coordinator.js')
const judge = (...policies: string[]) => judgePolicies(policies, script)

test.each([
  [[]],
  [['img-src *']],
  [["default-src 'self'"]],
  [["script-src 'SELF'"]],
  [["default-src 'none'; script-src 'self'"]],
  [["script-src 'none'; script-src-elem *"]],
  [['script-src http:']],
  [['script-src localhost:8080']],
  [['script-src http://localhost:*']],
  [['script-src localhost:8080/__sse-coord/']],
  [['script-src localhost:8080/__sse-coord/coordinator.js']],
  [["script-src 'self', img-src 'none'"]],
  [["sandbox allow-scripts allow-same-origin; script-src 'self'"]],
  [['SCRIPT-SRC\t*']],
])('%j lets the script run', (policies) => {
  expect(judge(...policies)).toEqual({ allowed: true, nonce: undefined })
})

test.each([
  [["script-src 'nonce-abc123=='"], 'abc123=='],
  [["script-src 'strict-dynamic' 'nonce-r4nd0m' https: 'unsafe-inline'"], 'r4nd0m'],
  [["script-src 'self' 'strict-dynamic' 'nonce-x'", "default-src 'self'"], 'x'],
  [["script-src 'nonce-a' 'nonce-b'", "script-src 'nonce-b'"], 'b'],
  [["default-src 'nonce-a', script-src-elem 'nonce-a'"], 'a'],
])('%j lets it run with nonce %s', (policies, nonce) => {
  expect(judge(...policies)).toEqual({ allowed: true, nonce })
})

test.each([
  [["default-src 'none'"], /default-src has neither 'self' nor a nonce/],
  [['script-src'], /script-src/],
  [["script-src 'unsafe-inline'"], /neither/],
  [["script-src 'self' 'strict-dynamic'"], /strict-dynamic' without a nonce/],
  [["script-src 'sha256-AAAA='"], /hashes, which only fit/],
  [["script-src 'sha256-AAAA=' 'strict-dynamic'"], /hashes that only fit/],
  [["script-src 'nonce-a'", "script-src 'nonce-b'"], /different nonces/],
  [["script-src 'self'", "script-src 'none'"], /neither/],
  [["script-src 'nonce-\"><script>'"], /neither/],
  [['script-src localhost:3000'], /neither/],
  [['script-src https://localhost:8080'], /neither/],
  [['script-src localhost'], /neither/],
  [['script-src *.localhost:8080'], /neither/],
  [['script-src localhost:8080/assets/'], /neither/],
  [['sandbox allow-scripts'], /sandbox/],
] as [string[], RegExp][])('%j keeps it out, and the reason says why', (policies, words) => {
  expect(judge(...policies)).toEqual({ allowed: false, reason: expect.stringMatching(words) })
})
