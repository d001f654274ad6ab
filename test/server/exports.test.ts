import { expect, test } from 'vitest'
import * as server from '../../src/server/index.js'

test('the entry point gives the kit and keeps its inner parts to itself', () => {
  expect(Object.keys(server).sort()).toEqual([
    'Channel',
    'ChannelStore',
    'Session',
    'createChannel',
    'createChannelStore',
    'createSession',
    'topicsOf',
  ])
})
