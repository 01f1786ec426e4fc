import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBoard } from '../../shared/adapters/espn/wire/encode.ts';
import { BOARDS } from '../../shared/adapters/espn/wire/leagues.ts';
import { EspnClient } from '../../shared/adapters/espn/espn-client.ts';
import { EspnScoreboard } from '../../shared/adapters/espn/espn-scoreboard.ts';
import type { ScoreboardLook } from '../../shared/adapters/espn/scoreboard-look.ts';
import type { GetText } from '../../shared/adapters/http/get-text.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { LEAGUES, type League } from '../../shared/domain/market/leagues.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { scriptedDay } from '../../shared/simulator/scoreboards/scripted-day.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const GAMES = 20;
/** Thirty times as often as in life. */
const LIVE_MS = 500;
const HOUR_MS = 3_600_000;
const WARM_UP_MS = 1_000;

/**
 * Boards of all leagues with live games, looked at on the machine's clock: how late looks begin, and how long they
 * take.
 */
export async function benchScoreboardLooks({ quick }: BenchOptions): Promise<BenchRow[]> {
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const texts = boardsOfNow(timers.nowMs());
  const getText: GetText = ({ url }) => {
    const text = texts.find(([path]) => url.pathname.endsWith(`/${path}`))?.[1] ?? '';
    return Promise.resolve({ kind: 'answer', status: 200, headers: new Headers(), text });
  };
  const looks: ScoreboardLook[] = [];
  const options = {
    baseUrl: 'https://scores.example',
    leagues: LEAGUES,
    timers,
    timeoutMs: 1_000,
    maxBytes: 10_000_000,
    requestsPerHour: HOUR_MS,
    liveMs: LIVE_MS,
    breaker: { failures: 3, openMs: 1_000 },
    onLook: (look: ScoreboardLook) => looks.push(look),
  };
  const scoreboard = new EspnScoreboard({
    ...options,
    client: new EspnClient({ ...options, getText }),
  });
  scoreboard.open({
    onState: () => {},
    onFinding: () => {},
    onRefused: () => {},
    onDown: () => {},
    onUp: () => {},
  });
  // The first round compiles what it reads.
  await sleep(WARM_UP_MS);
  looks.length = 0;
  await sleep(quick ? 1_500 : 5_000);
  await scoreboard.close();
  timers.close();
  const note = `${looks.length} looks at ${LEAGUES.length} leagues, ${GAMES} games each`;
  const late = looks.map(({ lateMs }) => lateMs);
  const took = looks.map(({ tookMs }) => tookMs);
  return [
    {
      name: 'scoreboards: from due to asked, p99',
      value: rounded(quantile(late, 0.99)),
      unit: 'ms',
      aim: { atMost: 100 },
      note: `${note}; p50 ${quantile(late, 0.5)} ms`,
    },
    {
      name: 'scoreboards: a board read, checked and told, p99',
      value: rounded(quantile(took, 0.99)),
      unit: 'ms',
      note,
    },
  ];
}

function boardsOfNow(nowMs: number): readonly (readonly [string, string])[] {
  const events = scriptedDay({
    rng: seededRng(1),
    startMs: nowMs - HOUR_MS / 4,
    gamesPerLeague: GAMES,
    oddChance: 0,
  });
  const shown = (league: League) =>
    events
      .filter((one) => one.league === league)
      .map((one) => ({ of: one.of, event: one.at(nowMs) }));
  return LEAGUES.map(
    (league) => [BOARDS[league].path, encodeBoard(league, shown(league))] as const,
  );
}
