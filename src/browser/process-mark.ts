/** By what the processes of one browser, or of one command, are told from all others. */
export interface ProcessMark {
  /** The first process, which leads a session and a group of its own. Undefined when it never started. */
  pid: number | undefined
  /** Whether the first process has ended. Windows may have given its number to another program by then. */
  hasEnded(): boolean
  /** The browser's own folder; it is in `TMPDIR` and in `--user-data-dir` or `--profile`. */
  folder: string
}
