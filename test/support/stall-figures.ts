/** What eight tabs show of the limit in Chromium, and of its cure: the counts that every run of the doctor must give. */

export const stalled = {
  streamsOpen: 6,
  streamsWaiting: 2,
  tabsReceiving: 6,
  sockets: 6,
  fetch: { answered: false },
  newTab: { loaded: false },
}

export const cured = {
  streamsOpen: 1,
  streamsWaiting: 0,
  tabsReceiving: 8,
  sockets: 1,
  fetch: { answered: true },
  newTab: { loaded: true },
}
