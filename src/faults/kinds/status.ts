/** An error in place of the stream, with a Retry-After if asked for: `status:503,retry-after=1s`. */

import { parseDuration } from '../../config/quantities.js'
import { defineFault, type FaultDefinition } from '../define.js'
import { statusCode, type ValueKind } from '../values.js'

interface Answer {
  status: number
  retryAfterMs: number | undefined
}

const codes = statusCode(200, 599, '502')

const answer: ValueKind<Answer> = {
  description: `${codes.description}, with ,retry-after=1s if wanted`,
  fallback: codes.fallback,
  parse(text) {
    const [code = '', option, ...more] = text.split(',')
    const status = codes.parse(code)
    if (status === undefined || more.length > 0) return undefined
    if (option === undefined) return { status, retryAfterMs: undefined }
    const retryAfterMs = option.startsWith('retry-after=') ? parseDuration(option.slice(12)) : undefined
    return retryAfterMs === undefined ? undefined : { status, retryAfterMs }
  },
}

export const status: FaultDefinition = defineFault({
  name: 'status',
  summary: 'that status instead of a stream',
  value: answer,
  build: ({ status, retryAfterMs }) => ({
    instead: () => ({
      kind: 'answer',
      status,
      headers: [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Cache-Control', 'no-store'],
        ...(retryAfterMs === undefined ? [] : [['Retry-After', String(Math.ceil(retryAfterMs / 1000))] as const]),
      ],
      body: [204, 205, 304].includes(status) ? '' : `${status}, a fault that was asked for\n`,
    }),
  }),
})
