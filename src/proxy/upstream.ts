/** The proxy's own connections: kept alive, followed until they are gone, made only where the address rule allows. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AddressRule, guardedLookup } from './address-rule.js'
import { createSingleAgent } from './single-agent.js'

/** As Node's agent has it, in milliseconds. */
const keepAliveInitialDelay = 1000

/** Makes connections to targets. */
export interface Upstream {
  /** The agent for `http:` or `https:`, and for a request that asks for a stream or another. */
  agentFor(protocol: string, isForStream: boolean): HttpAgent
  /** A plain connection, for a tunnel or a stream. */
  connect(host: string, port: number): Socket
  /** Cuts all connections. */
  close(): Promise<void>
}

/** Sets up the connections; `verifyTls` false takes any certificate. */
export function createUpstream(rule: AddressRule, verifyTls: boolean): Upstream {
  const sockets = new Set<Duplex>()
  // Not limited in number, unlike httpxy's 256: a stream must not wait for another to end.
  const plain = new HttpAgent({ keepAlive: true })
  const secure = new HttpsAgent({ keepAlive: true, rejectUnauthorized: verifyTls })

  let known = { port: -1, lookup: guardedLookup(rule, -1) }
  function lookupFor(port: number): LookupFunction {
    if (known.port !== port) known = { port, lookup: guardedLookup(rule, port) }
    return known.lookup
  }

  function forget(this: Duplex): void {
    sockets.delete(this)
  }

  function follow<Connection extends Duplex>(socket: Connection): Connection {
    sockets.add(socket)
    socket.on('close', forget)
    return socket
  }

  for (const agent of [plain, secure]) {
    const createConnection = agent.createConnection.bind(agent)
    agent.createConnection = (options, callback) => {
      options.lookup = lookupFor(Number(options.port)) // these options are the agent's own, made for this connection
      const socket = createConnection(options, callback)
      return socket ? follow(socket) : socket
    }
  }

  const connectTo = (host: string, port: number): Socket =>
    follow(connect({ host, port, lookup: lookupFor(port), noDelay: true, keepAlive: true, keepAliveInitialDelay }))
  const single = createSingleAgent(connectTo)

  return {
    agentFor(protocol, isForStream) {
      if (protocol === 'https:') return secure // remembers the sessions of TLS
      return isForStream ? single : plain
    },
    connect: connectTo,
    async close() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      plain.destroy()
      secure.destroy()
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}
