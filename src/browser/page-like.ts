/** Pages of test libraries, without the types of either: an app that has neither can still read ours. */

/** A page of Playwright or Puppeteer; whatever has their methods will do. */
export interface PageLike {
  url(): string
}
