import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../shared/adapters/boltodds/wire/frames.ts';

const RECEIVED_MS = 1_795_370_283_500;

/** A moneyline of any sport, as the feed writes it. */
function moneyline(
  teams: { readonly sport: string; readonly home: string; readonly away: string },
  odds: Readonly<Record<string, string | null>>,
): string {
  const { sport, home, away } = teams;
  return JSON.stringify({
    action: 'initial_state',
    timestamp: '2026-11-22T17:58:03.412Z',
    data: {
      sport,
      sportsbook: 'Pinnacle',
      game: `${home} vs ${away}, 2026-11-22, 07, 3f0c9d1e7a42`,
      home_team: home,
      away_team: away,
      info: { id: '3f0c9d1e7a42', when: '2026-11-22, 07:00 AM' },
      outcomes: Object.fromEntries(
        Object.entries(odds).map(([target, price]) => [
          `${target} Moneyline`,
          { odds: price, outcome_name: 'Moneyline', outcome_line: null, outcome_target: target },
        ]),
      ),
    },
  });
}

const decode = (text: string) =>
  decodeFrame(text, { maxBytes: 1_000_000, receivedMs: RECEIVED_MS, gameIdOf: () => 'a-game' });
const sidesOf = (text: string) =>
  decode(text)
    .flatMap((event) => (event.kind === 'replace' ? event.legs : []))
    .map(({ side, quote }) => `${side} ${quote.kind === 'quoted' ? quote.raw : quote.kind}`);

describe('a moneyline of three outcomes', () => {
  const CHELSEA = { sport: 'EPL', home: 'Chelsea', away: 'Arsenal' };

  it.each(['Draw', 'Tie', 'draw'])('has a leg for its %s', (draw) => {
    expect(sidesOf(moneyline(CHELSEA, { Chelsea: '+150', [draw]: '+240', Arsenal: '' }))).toEqual([
      'home +150',
      'draw +240',
      'away suspended',
    ]);
  });

  it('in a league without draws quotes nothing, and is refused', () => {
    const bills = { sport: 'NFL', home: 'Buffalo Bills', away: 'Miami Dolphins' };
    const text = moneyline(bills, {
      'Buffalo Bills': '-150',
      Draw: '+5000',
      'Miami Dolphins': '+180',
    });
    expect(sidesOf(text)).toEqual(['home suspended', 'away suspended', 'draw suspended']);
    expect(decode(text)).toContainEqual(
      expect.objectContaining({
        kind: 'refused',
        code: 'malformed',
        detail: 'a draw is quoted in NFL',
      }),
    );
  });
});

it('names of one team are joined to the side that they are of', () => {
  const braves = { sport: 'MLB', home: 'ATL Braves', away: 'NY Mets' };
  expect(sidesOf(moneyline(braves, { 'Atlanta Braves': '-120', 'New York Mets': '+110' }))).toEqual(
    ['home -120', 'away +110'],
  );
  expect(sidesOf(moneyline(braves, { 'Boston Red Sox': '-120' }))).toEqual([]);
});
