/** Whose money an address of the exchange moves; `other` is neither, such as a simulated one on this machine. */
export type Venue = 'real' | 'demo' | 'other';

const REAL_DOMAIN = 'kalshi.com';
const DEMO_DOMAIN = 'kalshi.co';

/** The venue behind an address, by its host (docs.kalshi.com, "API Environments"). */
export function venueAt(url: string): Venue {
  const host = new URL(url).hostname.replace(/\.$/, '');
  if (isWithin(host, REAL_DOMAIN)) return 'real';
  return isWithin(host, DEMO_DOMAIN) ? 'demo' : 'other';
}

/**
 * Why a process of this stage must not use an address of the exchange; null when it may. Only `live` may reach the real
 * exchange, and it reaches no other: its books are of real money.
 */
export function refusedAddress(stage: string, url: string): string | null {
  if (isInTheClear(url)) return 'is not encrypted, and not of this machine: use https or wss';
  const venue = venueAt(url);
  if (venue === 'real' && stage !== 'live')
    return `is of the real exchange, and the stage is ${stage}: only live sends orders there`;
  if (venue !== 'real' && stage === 'live')
    return 'is not of the real exchange, and the stage is live: its books are of real money';
  return null;
}

/** Whether requests to an address would cross a network that is not this machine's without encryption. */
export function isInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || protocol === 'wss:') return false;
  return !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
