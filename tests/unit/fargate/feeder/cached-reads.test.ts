import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../../fargate/feeder/health.ts';
import { CachedReads } from '../../../../shared/adapters/kalshi/cached-reads.ts';
import { aFeederDesk } from '../../../support/feeder-desk.ts';
import { ScriptedRest } from '../../../support/scripted-rest.ts';

const cachedReadsOf = ({ feeder }: ReturnType<typeof aFeederDesk>) =>
  healthOf(feeder.status()).status.cachedReads;

describe('the health of the feeder says how many reads its cache answered', () => {
  it('as the cache had them, those that shared a request among them', async () => {
    const cached = new CachedReads({
      inner: new ScriptedRest({ '/series/KXA': '{}', '/events': '{}', '/portfolio/orders': '{}' }),
      nowMs: () => 0,
    });
    const desk = aFeederDesk({ cachedReads: () => cached.reads });
    const get = (path: string) => cached.request({ method: 'GET', path, query: {}, body: null });
    expect(cachedReadsOf(desk)).toEqual({ hit: 0, shared: 0, miss: 0, hitRatio: null });
    await Promise.all([get('/series/KXA'), get('/series/KXA')]);
    await get('/series/KXA');
    await get('/events');
    // Nothing of the account is kept, and so it is no read of the cache.
    await get('/portfolio/orders');
    expect(cachedReadsOf(desk)).toEqual({ hit: 1, shared: 1, miss: 2, hitRatio: 0.5 });
  });

  it('and nothing where nothing is kept', () => {
    expect(cachedReadsOf(aFeederDesk())).toBeNull();
  });
});
