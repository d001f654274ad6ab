/** What makes two tabs share one stream: the name of their lock and channel. */

/** Raised with every change of what members say to each other, so that two versions of an app never mix. */
const protocol = 1

/** Everything that tells one group from another. */
export interface Identity {
  channelName: string
  url: string
  withCredentials: boolean
  /** Whose stream it is. */
  scope?: string | undefined
  method?: string | undefined
  body?: string | undefined
}

/** The full text rather than a hash of it: nothing can collide. */
export function nameGroup(way: string, { channelName, url, withCredentials, scope, method, body }: Identity): string {
  return JSON.stringify([
    channelName,
    protocol,
    way,
    url,
    withCredentials,
    scope ?? null,
    method ?? 'GET',
    body ?? null,
  ])
}
