import type { Wiring } from '../shared/contracts/environment/wiring.ts';
import { WIRING_DEPLOYMENT } from './config/deployment.ts';
import { addFairline, fairlineApp } from './fairline-app.ts';
import type { Template } from './template-parts.ts';
import { wiringOf } from './wiring.ts';

/** Synthesizes what the embedded run is wired like, without bundling the functions, and reads the wiring off it. */
export function synthesizeWiring(outdir: string): Wiring {
  const app = fairlineApp({ outdir, bundles: false });
  addFairline(app, WIRING_DEPLOYMENT);
  const templates = app.synth().stacks.map(({ template }) => template as Template);
  return wiringOf(WIRING_DEPLOYMENT.name, templates);
}

/** The wiring as infra/wiring.json holds it: keys in order and laid out as Prettier would, so that a difference shows. */
export function wiringText(wiring: Wiring): string {
  const text = JSON.stringify(sorted(wiring), null, 2);
  const inLines = text.replaceAll(LIST_OF_TEXTS, (list) => {
    const line = list.replaceAll(/\[\s+/g, '[').replaceAll(/\s+\]/g, ']').replaceAll(/,\s+/g, ', ');
    return line.length > PRINT_WIDTH ? list : line;
  });
  return `${inLines}\n`;
}

const PRINT_WIDTH = 100;
const LIST_OF_TEXTS = / *"[^"]*": \[\s+"[^"]*"(?:,\s+"[^"]*")*\s+\]/g;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
