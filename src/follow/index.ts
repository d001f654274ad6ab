/** Stays on a stream as a browser would: behind `tail` and `record`. */
export { faultyReasons, type Happening, type Stopped, type StopReason } from './happening.js'
export type { FollowOptions } from './options.js'
export { type RecordOptions, record } from './record.js'
export { type TailHappening, tail } from './tail.js'
export type { QuietStream } from './watch-quiet.js'
