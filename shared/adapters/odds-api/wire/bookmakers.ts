import { LINE_SOURCES, type LineSource } from '../../../domain/odds/line.ts';

/** The vendor's keys of our sportsbooks. Caesars is listed under the name of the book that it bought. */
const KEY_OF: Readonly<Record<LineSource, string>> = {
  pinnacle: 'pinnacle',
  draftkings: 'draftkings',
  fanduel: 'fanduel',
  betmgm: 'betmgm',
  betrivers: 'betrivers',
  caesars: 'williamhill_us',
};

const SOURCE_OF: ReadonlyMap<string, LineSource> = new Map(
  LINE_SOURCES.map((source) => [KEY_OF[source], source]),
);

export function bookmakerKeyOf(source: LineSource): string {
  return KEY_OF[source];
}

/** Our book under a vendor's key; null for one that we do not use, exchanges among them. */
export function sourceOfBookmaker(key: string): LineSource | null {
  return SOURCE_OF.get(key) ?? null;
}
