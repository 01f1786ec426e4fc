import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSoccerEarly } from '../../../shared/replay/import/soccer-early.ts';
import { writeSoccer, writeSoccerEarly } from '../../support/odds-files.ts';
import { inTemporaryFolder } from '../../support/replay-fixture.ts';

const read = async (rows: readonly string[], write = writeSoccerEarly) =>
  inTemporaryFolder(async (data) => {
    write(data, 'E0', rows);
    return readSoccerEarly(join(data, 'soccer-football-data'), 'E0');
  });

const MATCH = '01/02/2025,20:00,A,B,1,0,H';
const PINNACLE = '1.6,4,5.5,1.65,4.1,5.2';

describe('odds of a book and of an exchange, before and at the close', () => {
  it('are told apart', async () => {
    const { matches, leftOut } = await read([`${MATCH},${PINNACLE},1.66,4.3,5.7,1.7,4.4,5.4`]);
    expect(matches).toEqual([
      {
        cluster: '2025-02-01',
        happened: 0,
        odds: {
          bookEarly: [1.6, 4, 5.5],
          exchangeEarly: [1.66, 4.3, 5.7],
          bookClose: [1.65, 4.1, 5.2],
          exchangeClose: [1.7, 4.4, 5.4],
        },
      },
    ]);
    expect(leftOut).toEqual({});
  });

  it('leave out and count a match that lacks one of them, or its result', async () => {
    const { matches, leftOut } = await read([
      `${MATCH},1.6,,5.5,1.65,4.1,5.2,1.66,4.3,5.7,1.7,4.4,5.4`,
      `${MATCH},1.6,4,5.5,,,,1.66,4.3,5.7,1.7,4.4,5.4`,
      `${MATCH},${PINNACLE},1.66,4.3,,1.7,4.4,5.4`,
      `${MATCH},${PINNACLE},1.66,4.3,5.7,,4.4,5.4`,
      `01/02/2025,20:00,A,B,,,,${PINNACLE},1.66,4.3,5.7,1.7,4.4,5.4`,
    ]);
    expect(matches).toEqual([]);
    expect(leftOut).toEqual({
      'no earlier odds of Pinnacle': 1,
      'no closing odds of Pinnacle': 1,
      'no earlier odds of the exchange': 1,
      'no closing odds of the exchange': 1,
      'no result': 1,
    });
  });

  it('refuse odds that are none, and a file without the exchange', async () => {
    await expect(read([`${MATCH},${PINNACLE},0,4.3,5.7,1.7,4.4,5.4`])).rejects.toThrow(
      /"BFEH" is "0"/,
    );
    await expect(read([`${MATCH},${PINNACLE}`], writeSoccer)).rejects.toThrow(/BFEH.*once/);
  });
});
