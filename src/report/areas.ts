/** The areas of checks, as the report calls them. */

const titles: Record<string, string> = {
  connection: 'Connection',
  response: 'Response',
  delivery: 'Delivery',
  idle: 'Staying alive',
  lifetime: 'Staying alive',
  retry: 'Coming back',
  resume: 'Coming back',
  format: 'Format',
  cors: 'Other origins',
  auth: 'Secrets',
  h2: 'HTTP/2',
  proxy: 'In front of the app',
  server: 'Server',
  tabs: 'Tabs',
  client: 'Client',
  worker: 'Client',
  browser: 'Browser',
  failover: 'Fail-over',
}

/** The title under which a finding stands; an area without one stands under its own name. */
export function areaTitle(id: string): string {
  const area = id.slice(0, Math.max(0, id.indexOf('/')))
  return Object.hasOwn(titles, area) ? (titles[area] ?? area) : area
}
