/** Every check of a stream, in the order of the report. */
import type { StreamCheck } from './check.js'
import { authTokenInUrl } from './checks/auth-token-in-url.js'
import { connectionHttpVersion } from './checks/connection-http-version.js'
import { connectionUnreachable } from './checks/connection-unreachable.js'
import { corsCredentials } from './checks/cors-credentials.js'
import { corsOrigin } from './checks/cors-origin.js'
import { corsPreflight } from './checks/cors-preflight.js'
import { deliveryBuffered } from './checks/delivery-buffered.js'
import { deliveryCompressed } from './checks/delivery-compressed.js'
import { formatEncoding } from './checks/format-encoding.js'
import { formatFraming } from './checks/format-framing.js'
import { formatOversized } from './checks/format-oversized.js'
import { h2ConnectionHeader } from './checks/h2-connection-header.js'
import { h2StreamLimit } from './checks/h2-stream-limit.js'
import { idleCut } from './checks/idle-cut.js'
import { idleNoHeartbeat } from './checks/idle-no-heartbeat.js'
import { lifetimeEndsAtOnce } from './checks/lifetime-ends-at-once.js'
import { lifetimePlatformCap } from './checks/lifetime-platform-cap.js'
import { proxyAbortNotForwarded } from './checks/proxy-abort-not-forwarded.js'
import { proxyDisconnectNotForwarded } from './checks/proxy-disconnect-not-forwarded.js'
import { responseCacheable } from './checks/response-cacheable.js'
import { responseContentType } from './checks/response-content-type.js'
import { responseLateHeaders } from './checks/response-late-headers.js'
import { responseRedirect } from './checks/response-redirect.js'
import { responseStatus } from './checks/response-status.js'
import { resumeControlFrameIds } from './checks/resume-control-frame-ids.js'
import { resumeIgnored } from './checks/resume-ignored.js'
import { resumeNoIds } from './checks/resume-no-ids.js'
import { resumeReplaysEverything } from './checks/resume-replays-everything.js'
import { retryExtreme } from './checks/retry-extreme.js'
import { retryHerd } from './checks/retry-herd.js'
import { retryMissing } from './checks/retry-missing.js'
import { serverLeaksOnDisconnect } from './checks/server-leaks-on-disconnect.js'
import { serverOneAtATime } from './checks/server-one-at-a-time.js'

export const streamChecks: readonly StreamCheck[] = [
  connectionUnreachable,
  connectionHttpVersion,
  responseRedirect,
  responseStatus,
  responseContentType,
  responseLateHeaders,
  responseCacheable,
  deliveryBuffered,
  deliveryCompressed,
  idleNoHeartbeat,
  idleCut,
  lifetimeEndsAtOnce,
  lifetimePlatformCap,
  retryMissing,
  retryExtreme,
  retryHerd,
  resumeNoIds,
  resumeIgnored,
  resumeReplaysEverything,
  resumeControlFrameIds,
  formatFraming,
  formatEncoding,
  formatOversized,
  corsOrigin,
  corsCredentials,
  corsPreflight,
  authTokenInUrl,
  h2ConnectionHeader,
  h2StreamLimit,
  proxyAbortNotForwarded,
  proxyDisconnectNotForwarded,
  serverLeaksOnDisconnect,
  serverOneAtATime,
]
