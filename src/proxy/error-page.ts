/** The page that stands in for a response that the target did not give. */

const reasons: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: the connection was refused. Is the app running, and on this port?',
  ENOTFOUND: 'Its host name could not be resolved.',
  EAI_AGAIN: 'Its host name could not be resolved just now.',
  ECONNRESET: 'It closed the connection before it answered.',
  ETIMEDOUT: 'It did not answer in time.',
  EHOSTUNREACH: 'There is no way to that host.',
  ENETUNREACH: 'There is no way to that network.',
  EPROTO: 'It does not speak TLS there. Is the target http instead of https?',
}

/** A plain page that says which target could not be reached, and why. */
export function failurePage(target: string, error: Error): string {
  const code = codeOf(error)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>502: ${escapeHtml(target)} did not answer</title>
<h1>The target did not answer</h1>
<p>sse-coord could not get an answer from <code>${escapeHtml(target)}</code>.</p>
<p>${escapeHtml(reasons[code] ?? (error.message || 'No reason was given.'))}${code ? ` (${escapeHtml(code)})` : ''}</p>
</html>
`
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
