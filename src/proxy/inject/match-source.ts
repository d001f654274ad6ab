/**
 * Whether a source expression of a policy covers a script of the page's own origin.
 * Content Security Policy Level 3, section 6.7.2.8 “Does url match expression in origin”.
 */

const hostSource = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(\/[^?#]*)?$/i
const schemeSource = /^([a-z][a-z0-9+.-]*):$/i

/** Whether `source` covers `script`, whose origin is that of the page. */
export function matchesSource(source: string, script: URL): boolean {
  if (source.toLowerCase() === "'self'") return true
  if (source === '*') return true
  const scheme = schemeSource.exec(source)?.[1]
  if (scheme !== undefined) return matchesScheme(scheme, script)
  const parts = hostSource.exec(source)
  if (!parts) return false
  const [, ownScheme, host = '', port, path] = parts
  return (
    (ownScheme === undefined || matchesScheme(ownScheme, script)) &&
    matchesHost(host.toLowerCase(), script.hostname) &&
    matchesPort(port, script) &&
    matchesPath(path, script.pathname)
  )
}

/** `http` covers its safe successor. */
function matchesScheme(scheme: string, { protocol }: URL): boolean {
  const wanted = `${scheme.toLowerCase()}:`
  return wanted === protocol || (wanted === 'http:' && protocol === 'https:')
}

function matchesHost(host: string, hostname: string): boolean {
  if (host === '*') return true
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : host === hostname
}

function matchesPort(port: string | undefined, { port: own, protocol }: URL): boolean {
  const standard = protocol === 'https:' ? '443' : '80'
  return port === '*' || (port ?? standard) === (own || standard)
}

function matchesPath(path: string | undefined, pathname: string): boolean {
  if (path === undefined || path === '/') return true
  return path.endsWith('/') ? pathname.startsWith(path) : pathname === path
}
