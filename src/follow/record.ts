/** `record`: a stream over all its connections, written to a file as it comes. */

import { redactUrl } from '../evidence/redact.js'
import { tool } from '../package.js'
import { createRecordingFile, packBytes, type RecordingFile, type RecordingLine } from '../recording/index.js'
import { follow } from './follow.js'
import type { Connecting, Ended, Failed, Happening, Opened, Stopped } from './happening.js'
import { type FollowOptions, settleFollow } from './options.js'

/** Options of `record`. */
export interface RecordOptions extends FollowOptions {
  /** Where the recording goes, by habit `NAME.ssecast`. */
  file: string
  /** Overwrite a file that is there. Default: no. */
  force?: boolean
  /** Called with everything that happens, as it happens. */
  onHappening?: (happening: Happening) => void
}

/**
 * Records a stream until it stops, as `tail` does. Each chunk is in the file as soon as it has come: what ends the run,
 * also the power, loses nothing that came before.
 *
 * @returns why it stopped, and how much came
 * @throws SseCoordError `cannot-write` where the file cannot be written, or is there already; `bad-option`
 */
export async function record(url: string | URL, options: RecordOptions): Promise<Stopped> {
  const { file, force = false, onHappening, ...followed } = options
  const { request } = settleFollow(url, followed)
  const header = {
    ssecast: 1 as const,
    url: redactUrl(request.url),
    method: request.method ?? 'GET',
    startedAt: new Date().toISOString(),
    tool: `${tool.name}/${tool.version}`,
  }
  await using output = await createRecordingFile(file, header, { force })
  const recorder = createRecorder(output)
  let stopped: Stopped | undefined
  for await (const happening of follow(url, followed)) {
    await recorder.take(happening)
    onHappening?.(happening)
    if (happening.kind === 'stopped') stopped = happening
  }
  if (!stopped) throw new Error('a stream stopped without saying so')
  return stopped
}

/** Turns what happens into lines. */
function createRecorder(output: RecordingFile): { take(happening: Happening): Promise<void> } {
  let connecting: Connecting | undefined
  let isOpen = false

  function linesFor(happening: Happening): RecordingLine[] {
    const { atMs: at, connection } = happening
    switch (happening.kind) {
      case 'connecting':
        connecting = happening
        return []
      case 'open':
        isOpen = true
        return [openLine(happening, connecting)]
      case 'chunk':
        return [{ at, connection, kind: 'chunk', ...packBytes(happening.bytes) }]
      case 'ended':
        isOpen = false
        return [endLine(happening)]
      case 'failed':
        return [refusedLine(happening, connecting)]
      case 'stopped':
        // An answer that is no stream is whole as far as anybody reads it.
        return isOpen ? [{ at, connection, kind: keepsOpen(happening) ? 'leave' : 'end' }] : []
      default:
        return []
    }
  }

  return {
    async take(happening) {
      for (const line of linesFor(happening)) await output.write(line)
    },
  }
}

function openLine({ atMs, connection, status, headers, httpVersion }: Opened, connecting?: Connecting): RecordingLine {
  const asked = connecting?.lastEventId ?? null
  return {
    at: atMs,
    connection,
    kind: 'open',
    status,
    headers,
    httpVersion,
    waitedMs: Math.max(0, Math.round((atMs - (connecting?.atMs ?? atMs)) * 10) / 10),
    ...(asked === null ? {} : { lastEventId: asked }),
  }
}

function refusedLine({ atMs: at, connection, stage, reason }: Failed, connecting?: Connecting): RecordingLine {
  const fault = stage === 'headers' && reason === null ? 'black-hole' : 'refuse'
  const asked = connecting?.lastEventId ?? null
  return {
    at,
    connection,
    kind: 'fault',
    fault,
    ...(reason === null ? {} : { code: reason }),
    ...(asked === null ? {} : { lastEventId: asked }),
  }
}

function endLine({ atMs: at, connection, how, code }: Ended): RecordingLine {
  if (how === 'end') return { at, connection, kind: 'end' }
  if (how === 'aborted') return { at, connection, kind: 'leave' }
  const fault = how === 'cut' || how === 'error' ? 'cut' : 'reset'
  return { at, connection, kind: 'fault', fault, ...(code === null ? {} : { code }) }
}

function keepsOpen({ reason }: Stopped): boolean {
  return reason === 'count' || reason === 'time' || reason === 'aborted'
}
