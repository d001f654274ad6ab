/** Git Bash on Windows makes file names of arguments that begin like a path, and says so to nobody. */

/** What to do, where a path of a URL has arrived as the name of a file such as `C:/Program Files/Git/events`. */
export function gitBashHint(path: string): { hint?: string } {
  if (!/^[a-z]:[\\/]/i.test(path)) return {}
  return { hint: 'Git Bash makes a file name of a path: put MSYS_NO_PATHCONV=1 before the command.' }
}
