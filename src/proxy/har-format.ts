/** The parts of HAR 1.2 that the export writes, and what browsers' developer tools add for event streams. */

/** The whole file. */
export interface Har {
  log: {
    version: '1.2'
    creator: { name: string; version: string }
    pages: []
    entries: HarEntry[]
    comment?: string
  }
}

/** A request and its response. Sizes of -1 are not known. */
export interface HarEntry {
  startedDateTime: string
  /** Milliseconds from the request to the end of the response, or until the export. */
  time: number
  request: {
    method: string
    url: string
    httpVersion: string
    cookies: []
    headers: HarField[]
    queryString: HarField[]
    headersSize: number
    bodySize: number
  }
  response: {
    status: number
    statusText: string
    httpVersion: string
    cookies: []
    headers: HarField[]
    content: { size: number; mimeType: string }
    redirectURL: string
    headersSize: number
    bodySize: number
  }
  cache: Record<string, never>
  timings: { blocked: number; dns: number; connect: number; ssl: number; send: number; wait: number; receive: number }
  connection?: string
  comment?: string
  _resourceType?: 'eventsource'
  /** Events in the form of Chromium's developer tools; times are seconds since the Unix epoch. */
  _eventSourceMessages?: { time: number; eventName: string; eventId: string; data: string }[]
}

/** A name and its value. */
export interface HarField {
  name: string
  value: string
}
