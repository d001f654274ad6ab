/** Every wrong option is a TypeError that names it. */
import { expect, test } from 'vitest'
import { choose } from '../../src/coordinator/choose.js'
import { type CoordinatorOptions, checkOptions } from '../../src/coordinator/options.js'
import { thisWorld } from '../../src/coordinator/world.js'

const url = 'http://host/events'

test.each<[string, object]>([
  ['url', { url: 5 }],
  ['url', { url: undefined }],
  ['url', { url: '' }],
  ['onEvent', { onEvent: 1 }],
  ['onGap', { onGap: null }],
  ['eventTypes', { eventTypes: 'tick' }],
  ['eventTypes', { eventTypes: {} }],
  ['eventTypes', { eventTypes: ['tick', undefined] }],
  ['channelName', { channelName: 7 }],
  ['withCredentials', { withCredentials: 'yes' }],
  ['maxReconnectAttempts', { maxReconnectAttempts: -1 }],
  ['maxReconnectAttempts', { maxReconnectAttempts: Number.NaN }],
  ['replay', { replay: 0.5 }],
  ['logger', { logger: 'console' }],
  ['strategy', { strategy: 'locks' }],
  ['transport', { transport: 'websocket' }],
  ['transport', { transport: 'eventsource', method: 'POST' }],
  ['scope', { headers: {} }],
  ['headers', { headers: () => ({}), scope: 'me', strategy: { begin() {} } }],
  ['signal', { signal: {} }],
  ['url', { url: {} as URL }],
  ['url', { url: [] as unknown as URL }],
  ['method', { method: 'GET', body: '{}' }],
  ['method', { method: 'head', body: '{}' }],
  ['onevent', { onevent() {} }],
  ['toString', { toString: 'own' }],
])('%s is named in %o', (name, wrong) => {
  const check = () => {
    const options = { url, ...wrong } as CoordinatorOptions
    checkOptions(options)
    choose(thisWorld, { ...options, url })
  }
  expect(check).toThrow(TypeError)
  expect(check).toThrow(new RegExp(`^${name} must be `))
})

test.each<[string, string]>([
  ['http://[', 'Invalid URL: http://['],
  ['ftp://host/', 'URL must use http or https protocol: ftp://host/'],
])('%s is refused in words', (wrong, words) => {
  expect(() => checkOptions({ url: wrong })).toThrow(words)
})

test('all right options pass, and those that are undefined count as left out', () => {
  const right: Required<CoordinatorOptions> = {
    url,
    eventTypes: ['tick'],
    onEvent() {},
    channelName: 'mine',
    withCredentials: true,
    maxReconnectAttempts: Number.POSITIVE_INFINITY,
    reconnectForever: true,
    logger: console,
    onError() {},
    onConnectionChange() {},
    onLeaderChange() {},
    onGap() {},
    parseJson: false,
    lastEventIdParam: 'after',
    strategy: 'heartbeat',
    transport: 'fetch',
    headers: () => ({}),
    scope: 'me',
    method: 'POST',
    body: '{}',
    replay: 3,
    signal: new AbortController().signal,
  }
  expect(checkOptions(right)).toBe(url)
  expect(checkOptions({ url, onEvent: undefined } as unknown as CoordinatorOptions)).toBe(url)
})
