/** The raw stream client: HTTP/1.1, HTTP/2, TLS, a time for every chunk. */
export { createDecoder, type Decoder } from './decode.js'
export { type FollowedAnswer, followRedirects, mostRedirects, redirectOf } from './follow-redirects.js'
export { lookupLocal } from './lookup-local.js'
export { openStream } from './open-stream.js'
export {
  type AnswerTimes,
  type Ending,
  headerOf,
  type Remote,
  type StreamAnswer,
  type TlsFacts,
} from './stream-answer.js'
export { codeOf, type Stage, StreamFailure } from './stream-failure.js'
export type { HeaderPair, StreamRequest } from './stream-request.js'
