/** A certificate for this machine, made when it is needed and kept in memory alone. */
import { isIP } from 'node:net'

/** Long enough for what is left running, short enough that nobody comes to rely on it. */
const validMs = 30 * 86_400_000

/** Clocks differ, and a browser takes no certificate from the future. */
const clockSkewMs = 86_400_000

/** Key and certificate in PEM, for `localhost`, names below it, the loopback addresses and `host`. */
export async function createCertificate(host: string): Promise<{ key: string; cert: string }> {
  const { generate } = await import('selfsigned') // slow to load, and needed here alone
  const now = Date.now()
  const names = new Set(['localhost', '*.localhost', ...(isIP(host) === 0 ? [host] : [])])
  const addresses = new Set(['127.0.0.1', '::1', ...(isIP(host) === 0 ? [] : [host])])
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - clockSkewMs),
    notAfterDate: new Date(now + validMs),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...names].map((value) => ({ type: 2 as const, value })),
          ...[...addresses].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
}
