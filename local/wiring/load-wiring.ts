import { readFileSync } from 'node:fs';
import { wiringSchema, type Wiring } from '../../shared/contracts/environment/wiring.ts';

const FILE = new URL('../../infra/wiring.json', import.meta.url);

let loaded: Wiring | null = null;

/** What is connected to what, as it is deployed: read off the stacks once and committed. */
export function loadWiring(): Wiring {
  loaded ??= wiringSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  return loaded;
}
