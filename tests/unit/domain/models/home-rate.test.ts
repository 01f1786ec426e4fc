import { describe, expect, it } from 'vitest';
import { homeRateForecast } from '../../../../shared/domain/models/home-rate.ts';

const MODEL = { name: 'home-rate-test', version: '2030' };

describe('the home rate', () => {
  it('is the share of home wins with the standard error of a share, as of the season’s end', () => {
    const rate = { model: MODEL, games: 2_421, homeWins: 1_305, asOfMs: 1_000 };
    const forecast = homeRateForecast(rate, 'mlb:1');
    expect(forecast).toMatchObject({ model: MODEL, gameId: 'mlb:1', asOfMs: 1_000 });
    expect(forecast.homeProbability).toBeCloseTo(0.5390334572, 9);
    expect(forecast.uncertainty).toBeCloseTo(0.0101309, 6);
  });

  it('is sure of itself after a season that one side won, and needs a game', () => {
    const rate = { model: MODEL, games: 4, homeWins: 4, asOfMs: 0 };
    expect(homeRateForecast(rate, 'g')).toMatchObject({ homeProbability: 1, uncertainty: 0 });
    expect(() => homeRateForecast({ ...rate, games: 0, homeWins: 0 }, 'g')).toThrow('at least one');
  });
});
