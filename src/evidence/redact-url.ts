/** Takes secrets out of addresses before they are kept or shown. */

/** Names of query parameters whose values are secrets. */
const secretNames =
  /(^|[-_.])(token|jwt|key|sig|signature|ticket|session|sid|secret|password|passwd|pwd|auth|authorization|credential|credentials|code|bearer)([-_.]|$)|(token|apikey|sessionid|secret)$/i

/** What stands in place of a secret. */
const redacted = '***'

/** The address without password and fragment, with `***` for each secret of its query. What is no address comes back as it is. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.hash = ''
  if (url.username !== '' || url.password !== '') {
    url.username = redacted
    url.password = ''
  }
  // Only what is secret is written anew: searchParams would spell the rest differently.
  url.search = url.search.replace(/([?&])([^=&]+)=([^&]*)/g, (whole, mark: string, name: string) =>
    isSecretName(decode(name)) ? `${mark}${name}=${redacted}` : whole,
  )
  return url.href
}

/** Whether a query parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
