/** `.ssecast`: format, read, write, import, export, replay. */
export { packBytes } from './bytes.js'
export { type Conversion, convertRecording } from './convert.js'
export { exportSse } from './export-sse.js'
export type { RecordingLine } from './format.js'
export { formatRecording } from './format-recording.js'
export { importHar } from './import-har.js'
export { importSse } from './import-sse.js'
export { loadRecording } from './load-recording.js'
export { readRecording } from './read-recording.js'
export type { Recording } from './recording.js'
export {
  createReplay,
  createReplayStory,
  play,
  type Replay,
} from './replay.js'
export { createRecordingFile, type RecordingFile } from './write-recording.js'
