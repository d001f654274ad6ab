/** The proxy's own connections: kept alive, followed until they are gone, made only where the address rule allows. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AddressRule, guardedLookup } from './address-rule.js'

/** Makes connections to targets. */
export interface Upstream {
  /** The agent for `http:` or `https:`. */
  agentFor(protocol: string): HttpAgent
  /** A plain connection, for a tunnel. */
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

  function follow<Connection extends Duplex>(socket: Connection): Connection {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  for (const agent of [plain, secure]) {
    dropUnset(agent)
    const createConnection = agent.createConnection.bind(agent)
    agent.createConnection = (options, callback) => {
      options.lookup = lookupFor(Number(options.port)) // these options are the agent's own, made for this connection
      const socket = createConnection(options, callback)
      return socket ? follow(socket) : socket
    }
  }

  return {
    agentFor: (protocol) => (protocol === 'https:' ? secure : plain),
    connect: (host, port) => follow(connect({ host, port, lookup: lookupFor(port), noDelay: true })),
    async close() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      plain.destroy()
      secure.destroy()
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

/** What the types of Node's agent leave out: every request goes through it. */
interface RequestTaker {
  addRequest(request: unknown, options: object): void
}

/**
 * http-proxy names every option that a request can have. Node's agent keeps the options for as long as the connection lives,
 * unset ones too, which would make a kilobyte more of each stream.
 */
function dropUnset(agent: HttpAgent): void {
  const taker = agent as unknown as RequestTaker
  const addRequest = taker.addRequest?.bind(agent)
  if (!addRequest) return
  taker.addRequest = (request, options) => {
    const given = options as Record<string, unknown>
    const set: Record<string, unknown> = {}
    for (const name in given) if (given[name] !== undefined) set[name] = given[name]
    addRequest(request, set)
  }
}
