import { expect, it } from 'vitest';
import { reconcileHandler } from '../../../functions/reconcile/handler.ts';
import { KalshiOrderGroups } from '../../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { CANCEL_ALL_AFTERSHOCK_MS } from '../../../shared/application/cancel-everything.ts';
import { armFuse } from '../../../shared/application/strategy-fuses.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { openDesk as openVenue } from '../../support/exchange-desk.ts';
import { functionSetting, keepingQueue } from '../../support/lambda-events.ts';
import { openDesk } from '../../support/trading-desk.ts';

it('each minute the fuses are read back, and the aftershock of a cancel-all ends', async () => {
  const desk = await openDesk();
  const venue = openVenue();
  const groups = new KalshiOrderGroups(
    new DirectTransport(venue.exchange, 'us', () => desk.clock.nowMs()),
  );
  const deps = { ...desk.deps, groups };
  const { telemetry } = functionSetting();
  const reconcile = reconcileHandler({ ...deps, telemetry, history: keepingQueue<HistoryEvent>() });
  const fuse = await armFuse(deps, { strategy: 'fair-line', exchangeIndex: 0 });
  if (fuse.kind !== 'armed') throw new Error(fuse.reason);
  await raiseCause(desk.store, {
    code: 'cancel_all_aftershock',
    scope: { kind: 'account' },
    state: 'refuse',
    sinceMs: desk.clock.nowMs(),
    detail: '',
  });
  await reconcile();
  expect(desk.store.peekAll('causes')).toMatchObject([{ code: 'cancel_all_aftershock' }]);
  await groups.trigger({ id: fuse.orderGroupId, exchangeIndex: 0 });
  desk.clock.advance(CANCEL_ALL_AFTERSHOCK_MS);
  await reconcile();
  expect(desk.store.peekAll('causes')).toMatchObject([
    { code: 'fuse_blown', scope: { kind: 'shard', exchangeIndex: 0 }, state: 'reduce' },
  ]);
});
