import { expect, test } from 'vitest'
import * as server from '../../src/server/index.js'

test('the entry point gives the kit and keeps its inner parts to itself', () => {
  expect(Object.keys(server).sort()).toMatchInlineSnapshot(`
    [
      "Channel",
      "ChannelStore",
      "Limits",
      "Session",
      "createChannel",
      "createChannelStore",
      "createLimits",
      "createMonitor",
      "createResponse",
      "createSession",
      "createSessionOn",
      "disconnectEventName",
      "encodeBinary",
      "stopReconnecting",
      "stopReconnectingResponse",
      "topicsOf",
    ]
  `)
})
