/**
 * Whether a page's content security policies let a script of its own origin run, and with which nonce.
 * Content Security Policy Level 3, sections 4.2 “Integration with HTML” and 6.7.2 “URL Matching”.
 */

import { matchesSource } from './match-source.js'
import { type Directives, parsePolicies } from './parse-policies.js'

/** The script may run, if its tag carries the nonce; or it may not, for a reason in words. */
export type Permission = { allowed: true; nonce: string | undefined } | { allowed: false; reason: string }

/** What one policy wants of the script: nothing, one of these nonces, or that it does not run. */
type Demand = 'nothing' | { nonces: string[]; reason: string }

const nonceSource = /^'nonce-([A-Za-z0-9+/_-]+={0,2})'$/i
const hashSource = /^'sha(256|384|512)-/i

/** Judges `Content-Security-Policy` headers. All of them must let the script run. */
export function judgePolicies(headers: readonly string[], script: URL): Permission {
  const demands = parsePolicies(headers).map((policy) => demandOf(policy, script))
  const wanting = demands.filter((demand) => demand !== 'nothing')
  const [first] = wanting
  if (!first) return { allowed: true, nonce: undefined }
  const nonce = first.nonces.find((candidate) => wanting.every(({ nonces }) => nonces.includes(candidate)))
  if (nonce !== undefined) return { allowed: true, nonce }
  const refusing = wanting.find(({ nonces }) => nonces.length === 0)
  return {
    allowed: false,
    reason: refusing?.reason ?? 'The page has several policies, which ask for different nonces; a script has one.',
  }
}

function demandOf(policy: Directives, script: URL): Demand {
  const sandbox = policy.get('sandbox')?.map((flag) => flag.toLowerCase())
  if (sandbox && !(sandbox.includes('allow-scripts') && sandbox.includes('allow-same-origin'))) {
    return { nonces: [], reason: 'Its Content-Security-Policy puts it into a sandbox, where tabs cannot share.' }
  }
  const name = ['script-src-elem', 'script-src', 'default-src'].find((each) => policy.has(each))
  if (!name) return 'nothing'
  const sources = policy.get(name) ?? []
  const isStrict = sources.some((source) => source.toLowerCase() === "'strict-dynamic'")
  if (!isStrict && sources.some((source) => matchesSource(source, script))) return 'nothing'
  const nonces = sources.flatMap((source) => nonceSource.exec(source)?.[1] ?? [])
  return { nonces, reason: `Its Content-Security-Policy does not let the script run: ${wordsFor(name, sources)}` }
}

function wordsFor(name: string, sources: readonly string[]): string {
  const hasHash = sources.some((source) => hashSource.test(source))
  if (sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) {
    return `${name} has 'strict-dynamic' without a nonce${hasHash ? ', and hashes that only fit its own scripts' : ''}.`
  }
  if (hasHash) return `${name} has hashes, which only fit the page's own scripts, but neither 'self' nor a nonce.`
  return `${name} has neither 'self' nor a nonce.`
}
