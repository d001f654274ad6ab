/**
 * An EventEmitter that takes memory for its listeners when the first one comes. Most sessions never have any, and what
 * Node's constructor makes for them is more than a third of what a session takes.
 */
import { EventEmitter } from 'node:events'

/** Has the methods of an EventEmitter, which all do with one that has had no listener yet, and not its constructor. */
class Lazy {}
Object.setPrototypeOf(Lazy.prototype, EventEmitter.prototype)
Object.setPrototypeOf(Lazy, EventEmitter)

/** To be extended as `EventEmitter` is. */
export const LazyEmitter: typeof EventEmitter = Lazy as typeof EventEmitter
