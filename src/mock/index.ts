/** The mock: a stream to develop and measure against. */
export { createMock, type Mock, type MockEvent, type MockOptions, type RequestHandler } from './create-mock.js'
