/**
 * When a member looks at what is due, and what it makes of silence. In a file that imports nothing, so that a bundler puts
 * the numbers where they are used.
 */

/** How often all is looked at, in milliseconds; and of how many looks of a hidden page at silence one counts. */
export const lookMs = 450
export const hiddenFactor = 5

/**
 * After so many looks at silence a follower asks, stands afresh, and takes the lead. A leader that lives answers in a
 * moment, and one in the back/forward cache is evicted in some twenty milliseconds.
 */
export const askAt = 3
export const againAt = 5
export const forceAt = 6

/**
 * After so many looks who is lost asks again, or takes the lead. It does that at most twice in so many milliseconds, and
 * then believes that the server cannot bring back what it missed.
 */
export const rescueAt = 3
export const rescueMs = 10_000

/** Who is told that the stream is over leaves before the lead passes on: else each would try the server once more. */
export const lingerMs = 100

/** Later than any epoch: that of who ends it all. */
export const lastEpoch = 9e99
