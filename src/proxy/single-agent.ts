/**
 * An agent that gives each request a connection of its own. A stream holds its connection for as long as it lives: there is
 * nothing to share, and what Node's agent does and remembers to that end is a tenth of what a stream costs.
 */
import { Agent, type ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** Connects to a target. */
export type Connect = (host: string, port: number) => Socket

/** What Node asks of an agent, and its types leave out. */
interface RequestTaker {
  addRequest(request: ClientRequest, target: { host: string; port: number }): void
}

/** Makes the agent; the connection ends with the response. */
export function createSingleAgent(connect: Connect): Agent {
  const agent = new Agent({ keepAlive: true }) // says so to the target, which may answer a `close` in another way
  const taker = agent as unknown as RequestTaker
  taker.addRequest = (request, { host, port }) => {
    const socket = connect(host, port)
    socket.on('free', destroy)
    request.onSocket(socket)
  }
  return agent
}

function destroy(this: Socket): void {
  this.destroy()
}
