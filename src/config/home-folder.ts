/** The folder of the user that we run as, who need not have one: containers run under numbers that no list of users knows. */
import { homedir, tmpdir } from 'node:os'

/** Where there is none and `HOME` names none, the temporary folder, which `HOME` names from then on: others ask for it too. */
export function homeFolder(): string {
  try {
    return homedir()
  } catch {
    process.env.HOME = tmpdir()
    return process.env.HOME
  }
}
