import { onTestFinished } from 'vitest'
import { createMock, type Mock, type MockOptions } from '../../src/mock/index.js'

/** A mock that is closed at the end of the test. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const mock = await createMock({ everyMs: 5, ...options })
  onTestFinished(() => mock.close())
  return mock
}

/** A stream that says nothing by itself. */
export const quiet: MockOptions = { everyMs: false, retryMs: false, keepAliveMs: 0 }
