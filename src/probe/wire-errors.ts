/** What went wrong on a connection, in plain words. */
import { constants } from 'node:http2'

/** The code of an error; of those that try several addresses, of the last. */
export function codeOf(error: unknown): string | null {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] }
  if (typeof code === 'string') return code
  return errors && errors.length > 0 ? codeOf(errors.at(-1)) : null
}

const words: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was reset (ECONNRESET)',
  ENOTFOUND: 'no such host (ENOTFOUND)',
  EAI_AGAIN: 'the name server did not answer (EAI_AGAIN)',
  ETIMEDOUT: 'no answer to the connection (ETIMEDOUT)',
  EHOSTUNREACH: 'no way to this host (EHOSTUNREACH)',
  ENETUNREACH: 'no way to this network (ENETUNREACH)',
  EPIPE: 'the server closed the connection (EPIPE)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'a certificate of the chain is signed by itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody known has signed the certificate',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  HPE_HEADER_OVERFLOW: 'the headers are larger than any browser takes',
  ERR_SSL_WRONG_VERSION_NUMBER: 'this port does not speak TLS',
  EPROTO: 'this port does not speak TLS',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'the server speaks none of the protocols offered',
}

/** One line that says what happened. */
export function detailOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== null && words[code]) return words[code]
  if (code?.startsWith('HPE_')) return `the answer is no HTTP (${code})`
  const message = error instanceof Error ? error.message.split('\n')[0] : ''
  return [message, code && !message?.includes(code) ? `(${code})` : ''].filter(Boolean).join(' ') || 'it failed'
}

/** `PROTOCOL_ERROR` of 1. */
export function resetName(code: number): string {
  const name = Object.keys(constants).find(
    (key) =>
      key.startsWith('NGHTTP2_') &&
      (constants as unknown as Record<string, number>)[key] === code &&
      errorNames.has(key.slice(8)),
  )
  return name?.slice(8) ?? `error ${code}`
}

const errorNames = new Set([
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
])
