/** The one line that installs a browser on this system. */
import type { System } from './system.js'

/** The distribution's own name and its relatives', from os-release(5). */
export function readDistribution(system: System): { id: string; like: string[] } {
  const text = system.disk.read('/etc/os-release') ?? system.disk.read('/usr/lib/os-release') ?? ''
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1]?.toLowerCase() ?? ''
  return { id: field('ID'), like: field('ID_LIKE').split(/\s+/).filter(Boolean) }
}

/** Chromium's name in apt: on Ubuntu the package that brings the snap. Undefined where there is no apt. */
export function aptPackage(system: System): string | undefined {
  if (system.platform !== 'linux') return undefined
  const { id, like } = readDistribution(system)
  if (id === 'ubuntu') return 'chromium-browser'
  return id === 'debian' || like.includes('debian') || like.includes('ubuntu') ? 'chromium' : undefined
}

const packageManagers: Record<string, string> = {
  fedora: 'dnf install -y chromium',
  rhel: 'dnf install -y chromium',
  centos: 'dnf install -y chromium',
  alpine: 'apk add chromium',
  arch: 'pacman -S --noconfirm chromium',
  suse: 'zypper install -y chromium',
  opensuse: 'zypper install -y chromium',
}

/** What to type, with `sudo` unless the user is root; undefined on a system we have no line for. */
export function installLine(system: System): string | undefined {
  if (system.platform === 'darwin') return 'brew install --cask google-chrome'
  if (system.platform === 'win32') return 'winget install -e --id Google.Chrome'
  const name = aptPackage(system)
  const { id, like } = readDistribution(system)
  const line = name
    ? `apt-get install -y ${name}`
    : [id, ...like].map((distribution) => packageManagers[distribution]).find(Boolean)
  return line && (system.isRoot ? line : `sudo ${line}`)
}
