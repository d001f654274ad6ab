/** What sets groups apart: nothing that differs in what it asks for ever shares a stream. */
import { expect, test } from 'vitest'
import { nameGroup, type StreamIdentity } from '../../src/coordinator/plan.js'

const url = 'http://host/events'

test('the channel is named sse-coordinator where nothing else is said', () => {
  expect(nameGroup('lock', { url })).toBe(nameGroup('lock', { url, channelName: 'sse-coordinator' }))
  expect(nameGroup('lock', { url })).toContain('sse-coordinator')
})

test('no credentials are the same as none said', () => {
  expect(nameGroup('lock', { url, withCredentials: false })).toBe(nameGroup('lock', { url }))
})

test('whatever differs makes another group, and no text is taken for a part of another', () => {
  const different: StreamIdentity[] = [
    { url },
    { url: `${url}?room=2` },
    { url: `${url}#fragment` },
    { url: 'https://host/events' },
    { url, channelName: 'mine' },
    { url, withCredentials: true },
    { url, scope: 'ada' },
    { url, scope: '' },
    { url, scope: 'ada","POST' },
    { url, scope: 'ada', method: 'POST' },
    { url, method: 'POST' },
    { url, method: 'POST', body: '{}' },
    { url, method: 'POST', body: '[]' },
  ]
  const names = different.map((plan) => nameGroup('lock', plan))
  expect(new Set(names).size).toBe(different.length)
  expect(nameGroup('question', { url })).not.toBe(names[0])
})
