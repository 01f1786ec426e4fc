import { describe, expect, it } from 'vitest';
import { serveHealth, type HealthSource } from '../../fargate/feeder/health.ts';
import { runMap } from '../../scripts/commands/map.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import { mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import { aListing, anEvent, BUFFALO, mapInput, MIAMI } from '../support/told-markets.ts';

const XANADU = { code: 'XXX', name: 'Xanadu' };
const { checked, unmapped } = mapMarkets(
  mapInput([anEvent(MIAMI, BUFFALO), anEvent(XANADU, BUFFALO)], [aListing(MIAMI, BUFFALO)]),
);
const REPORT: MapReport = {
  games: 1,
  markets: 4,
  checked,
  unmapped,
  starts: [
    { feed: 'boltodds', checked: 3, agree: 1, zoneSuspected: 2, differ: 0, isZoneSwitch: true },
  ],
};

const unasked = () => {
  throw new Error('only the map is asked for');
};

async function serving(map: HealthSource['map'], act: (port: string) => Promise<void>) {
  const server = await serveHealth(0, { map, status: unasked, markets: unasked, lines: unasked });
  try {
    await act(String(server.port));
  } finally {
    await server.close();
  }
}

describe('fairline map', () => {
  it('maps every market of simulated venues, with what shows it', async () => {
    const { json, text } = await runMap({ env: 'sim' });
    expect(json).toMatchObject({ env: 'sim', games: 13, markets: 26, unmapped: [], counts: [] });
    expect(text).toContain('26 of 26 open markets are mapped; 13 games are listed.');
    expect(text).toContain('a tie: half; postponed: it waits 48 hours, then fair price');
    expect(text.match(/- scoreboard: the scoreboard lists /g)).toHaveLength(26);
  });

  it('asks the run on this machine, and tells what is unmapped and what to do', async () => {
    await serving(
      () => REPORT,
      async (port) => {
        const { json, text } = await runMap({ port });
        expect(json).toMatchObject({ env: 'run', ...REPORT });
        expect(text).toContain('2 of 4 open markets are mapped; 1 game is listed.');
        expect(text).toContain('boltodds: of 3 starts 1 agree');
        expect(text).toContain('It may have changed its zone');
        expect(text).toMatch(/^ +2 {2}nfl {6}no_such_game$/m);
        expect(text).toContain(
          "KXNFLGAME-26NOV22XXXBUF-XXX: no_such_game: no team 'Xanadu': add an alias if it is one of ours",
        );
        const other = await runMap({ port, league: 'nba' });
        expect(other.json).toMatchObject({ markets: 0, checked: [], unmapped: [] });
        expect(other.text).toContain('No market of the followed series is open');
      },
    );
  });

  it('says what to do where nothing answers or nothing is mapped', async () => {
    await serving(
      () => null,
      async (port) => {
        await expect(runMap({ port })).rejects.toThrow(/maps nothing.*fairline map --env sim/);
      },
    );
    await expect(runMap({ port: '1' })).rejects.toThrow(/nothing answers on port 1/);
    await expect(runMap({ port: 'x' })).rejects.toThrow(/--port is "x"/);
    await expect(runMap({ env: 'mars' })).rejects.toThrow(/--env is "mars"/);
  });
});
