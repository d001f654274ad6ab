/** Whether a host is this machine, and so bears more than two connections of ours. */

/** @param hostname as `URL.hostname` gives it, an IPv6 address in brackets */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  )
}
