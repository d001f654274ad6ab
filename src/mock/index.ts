/** The mock: a stream to develop and measure against. */
export { createMock, type Mock } from './create-mock.js'
export type { LlmOptions, MockOptions, MockProfile, RequestHandler } from './options.js'
export type { MockEvent } from './publisher.js'
