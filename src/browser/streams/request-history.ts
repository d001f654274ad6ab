/** The first requests of a tab, for a picture of who waited for whom. */
import type { SeenRequest } from '../seen-request.js'

/** More would not be told apart in a picture. */
const mostRequests = 100

export interface RequestHistory {
  add(request: SeenRequest): void
  /** Puts what a redirect has made of a request in its place. */
  replace(request: SeenRequest): void
  all(): readonly SeenRequest[]
}

export function createHistory(): RequestHistory {
  const requests = new Map<string, SeenRequest>()
  return {
    add(request) {
      if (requests.size < mostRequests) requests.set(request.id, request)
    },
    replace(request) {
      if (requests.has(request.id)) requests.set(request.id, request)
    },
    all: () => [...requests.values()],
  }
}
