/** A redirect to the same URL with `redirected=1`, which then passes. */
import { defineFault, type FaultDefinition } from '../define.js'
import type { ValueKind } from '../values.js'

const codes: ValueKind<number> = {
  description: 'one of 301, 302, 303, 307 and 308',
  fallback: '307',
  parse: (text) => (['301', '302', '303', '307', '308'].includes(text) ? Number(text) : undefined),
}

export const redirect: FaultDefinition = defineFault({
  name: 'redirect',
  summary: 'redirect to ?redirected=1 of the same URL',
  value: codes,
  build: (code) => ({
    instead(url) {
      if (/[?&]redirected=1(&|$)/.test(url)) return undefined
      const location = `${url}${url.includes('?') ? '&' : '?'}redirected=1`
      return { kind: 'answer', status: code, headers: [['Location', location]], body: '' }
    },
  }),
})
