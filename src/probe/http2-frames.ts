/**
 * Sees whether an HTTP/2 answer carries a `connection` field, in the frames themselves: every library resets a stream that
 * has one, and says no more than PROTOCOL_ERROR. RFC 9113, section 4; RFC 7541, section 6.
 */
import tls from 'node:tls'
import type { StreamRequest } from '../client/index.js'
import { lookupLocal } from '../client/index.js'

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const frameHead = 9
const [headersFrame, settingsFrame, continuationFrame] = [1, 4, 9]
const [endStream, endHeaders, padded, priority] = [1, 4, 8, 32]
/** More than this no head of an answer has; we leave before. */
const mostBytes = 256 * 1024

/** Resolves with null where no head of an answer came. */
export function seeConnectionField(
  request: StreamRequest,
  forMs: number,
  signal: AbortSignal,
): Promise<boolean | null> {
  const { url, insecure = false } = request
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = tls.connect({
      host,
      lookup: lookupLocal,
      port: Number(url.port) || 443,
      // No name where there is only an address.
      ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
      ALPNProtocols: ['h2'],
      rejectUnauthorized: !insecure,
    })
    const finish = (seen: boolean | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      socket.destroy()
      resolve(seen)
    }
    const leave = () => finish(null)
    const timer = setTimeout(leave, forMs)
    signal.addEventListener('abort', leave)
    socket.on('error', leave)
    socket.on('close', leave)
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol !== 'h2') return leave()
      socket.write(preface)
      socket.write(frame(settingsFrame, 0, 0, Buffer.alloc(0)))
      socket.write(frame(headersFrame, endStream | endHeaders, 1, requestBlock(request)))
    })
    let pending = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes])
      const block = headBlock(pending)
      if (block) finish(holdsConnection(block))
      else if (pending.length > mostBytes) leave()
    })
  })
}

/** The fields of the first answer, once all of them are there. */
function headBlock(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  let at = 0
  while (bytes.length >= at + frameHead) {
    const length = bytes.readUIntBE(at, 3)
    const [type, flags = 0] = [bytes[at + 3], bytes[at + 4]]
    const payload = bytes.subarray(at + frameHead, at + frameHead + length)
    if (payload.length < length) return undefined
    at += frameHead + length
    if (type !== headersFrame && type !== continuationFrame) continue
    parts.push(type === headersFrame ? withoutPadding(payload, flags) : payload)
    if (flags & endHeaders) return Buffer.concat(parts)
  }
  return undefined
}

function withoutPadding(payload: Buffer, flags: number): Buffer {
  const padding = flags & padded ? (payload[0] ?? 0) : 0
  const from = (flags & padded ? 1 : 0) + (flags & priority ? 5 : 0)
  return payload.subarray(from, payload.length - padding)
}

/** Whether a literal name is `connection`, which is in no table that a name could be taken from. */
function holdsConnection(block: Buffer): boolean {
  let at = 0
  const readNumber = (bits: number): number => {
    const most = (1 << bits) - 1
    let number = (block[at++] ?? 0) & most
    if (number < most) return number
    for (let shift = 0, byte = 128; byte & 128 && shift < 28; shift += 7) {
      byte = block[at++] ?? 0
      number += (byte & 127) << shift
    }
    return number
  }
  const readText = (): Buffer => {
    const isCoded = ((block[at] ?? 0) & 128) > 0
    const length = readNumber(7)
    const text = block.subarray(at, at + length)
    at += length
    return isCoded && text.equals(connectionCoded) ? connection : isCoded ? Buffer.alloc(0) : text
  }
  while (at < block.length) {
    const byte = block[at] ?? 0
    if (byte & 128) readNumber(7)
    else if ((byte & 0xe0) === 0x20) readNumber(5)
    else {
      const isNamed = readNumber(byte & 64 ? 6 : 4) > 0
      if (!isNamed && readText().equals(connection)) return true
      readText()
    }
  }
  return false
}

const connection = Buffer.from('connection')
/** The same in Huffman's code of RFC 7541, appendix B, filled up with ones. */
const connectionCoded = fromBits('00100 00111 101010 101010 00101 00100 01001 00110 00111 101010 111')

function fromBits(bits: string): Buffer {
  const bytes = bits.replaceAll(' ', '').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

/** Fields of HTTP/1.1 that HTTP/2 has no room for, or another. */
const ofTheConnection = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te'])

/** Every field as a literal, in plain text and without a place in a table. */
function requestBlock({ url, method = 'GET', headers = [] }: StreamRequest): Buffer {
  const first: [string, string][] = [
    [':method', method],
    [':scheme', 'https'],
    [':authority', url.host],
    [':path', `${url.pathname}${url.search}`],
  ]
  const others = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !ofTheConnection.has(name))
  const hasAccept = others.some(([name]) => name === 'accept')
  const fields = [...first, ...(hasAccept ? [] : [['accept', 'text/event-stream']]), ...others]
  return Buffer.concat(fields.flatMap(([name = '', value = '']) => [Buffer.from([0]), text(name), text(value)]))
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  const length: number[] = []
  if (bytes.length < 127) length.push(bytes.length)
  else {
    let rest = bytes.length - 127
    length.push(127)
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128)
    length.push(rest)
  }
  return Buffer.concat([Buffer.from(length), bytes])
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameHead)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
