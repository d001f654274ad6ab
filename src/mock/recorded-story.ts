/** What a recording says to one client after the other; read again when its file has changed, for those who come then. */
import { createReplayStory, loadRecording, type Replay } from '../recording/index.js'
import { stampOf } from './file-stamp.js'

/** A recording, to be played to whoever comes. */
export interface RecordedStory {
  /** What the next client is told, who comes with this last event ID. At once, unless the file has changed. */
  next(lastEventId: string): Replay | Promise<Replay>
}

/** What the story is made of. */
export interface RecordedStoryOptions {
  file: string
  /** How many times as fast. */
  speed: number
  /** Told when the file has changed, and when it cannot be played now: what was read before is played on then. */
  onNote(line: string): void
}

/**
 * Reads a recording.
 *
 * @throws SseCoordError `bad-option` for a speed that is none, `bad-recording` when it cannot be read or has no connection
 */
export async function openRecordedStory({ file, speed, onNote }: RecordedStoryOptions): Promise<RecordedStory> {
  let stamp = stampOf(file)
  let story = await read()

  async function read() {
    const recording = await loadRecording(file)
    createReplayStory(recording, { speed }).next(undefined) // says now what is wrong with it
    return createReplayStory(recording, { speed })
  }

  async function readAgain(): Promise<void> {
    try {
      story = await read()
      onNote(`${file} has changed, and is played as it is now.`)
    } catch (error) {
      onNote(`${file} has changed, and is played as it was: ${(error as Error).message}`)
    }
  }

  return {
    next(lastEventId) {
      const now = stampOf(file)
      if (now === stamp) return story.next(lastEventId)
      stamp = now
      return readAgain().then(() => story.next(lastEventId))
    },
  }
}
