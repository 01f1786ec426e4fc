import { describe, expect, it } from 'vitest';
import type { World } from '../../local/virtual/world.ts';
import { commandCodec } from '../../shared/contracts/messages.ts';
import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import { faultPlanOf } from '../../shared/simulator/faults/fault-plan.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aWorld } from '../support/virtual-runs.ts';
import { expectNothingLostOrDoubled, runToEnd, runUntil } from '../support/world-runs.ts';

const MINUTE_MS = 60_000;
const SCENARIO = 'quiet-short-games';

/** A world ten minutes after its begin. */
async function aRunningWorld(standIns: Parameters<typeof aWorld>[0]['standIns'] = {}) {
  const world = aWorld({ seed: 2, scenario: SCENARIO, standIns });
  world.begin();
  await runUntil(world, world.startMs + 10 * MINUTE_MS);
  return world;
}

const commandsOf = (world: World) => world.account.cloud.queue('feeder-commands')!;
const send = (world: World, ...commands: readonly CommandMessage[]) =>
  commandsOf(world).send(commands.map((command) => commandCodec.encode(command)));
const passMs = (world: World, ms: number) => runUntil(world, world.scheduler.nowMs() + ms);
const logged = (world: World, event: string) =>
  world.telemetry.lines().filter((line) => line.event === event);

describe('commands in the whole system', () => {
  it('end one feeder and let the next one lead at once, and no trade is lost between them', async () => {
    const world = await aRunningWorld();
    send(world, { kind: 'drain' });
    await passMs(world, 5_000);
    expect(logged(world, 'drained')).toMatchObject([{ fields: { complete: true } }]);
    world.feeder.kill();
    await world.feeder.start();
    await passMs(world, 1_000);
    expect(logged(world, 'lease_taken').map(({ fields }) => fields['epoch'])).toEqual([1, 2]);
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    expect(commandsOf(world).counters).toMatchObject({ processed: 1, waiting: 0, deadLettered: 0 });
  });

  it('are obeyed over a queue that doubles, delays and loses deletes', async () => {
    const world = await aRunningWorld({
      faults: (window) =>
        faultPlanOf(['queue_duplicates', 'queue_reorder', 'queue_redelivery'], {
          rng: seededRng(3),
          window,
          crashPoints: [],
        }),
    });
    const market = world.markets[0]!.market.ticker;
    for (let round = 0; round < 20; round += 1) {
      send(world, { kind: 'status' }, { kind: 'resnapshot', markets: [market] });
      send(world, { kind: 'refresh_directory' });
      await passMs(world, 10_000);
    }
    await passMs(world, 5 * MINUTE_MS);
    const taken = logged(world, 'command_taken').map(({ fields }) => fields['kind']);
    for (const kind of ['status', 'resnapshot', 'refresh_directory'])
      expect(taken.filter((one) => one === kind).length).toBeGreaterThanOrEqual(20);
    expect(logged(world, 'status').length).toBeGreaterThanOrEqual(20);
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
  });

  it('that cannot be read become dead letters after three receives, with an alarm; the feeder goes on', async () => {
    const world = await aRunningWorld();
    const { cloud } = world.account;
    commandsOf(world).send(['{"v":1,"kind":"make_money"}']);
    await passMs(world, MINUTE_MS);
    expect(cloud.alarms.stateOf('feeder-commands-dead')).toBe('OK');
    send(world, { kind: 'status' });
    await passMs(world, 4 * MINUTE_MS);
    expect(logged(world, 'message_refused')).toHaveLength(3);
    expect(cloud.queue('feeder-commands-dead')!.take(10)).toMatchObject([
      { body: '{"v":1,"kind":"make_money"}', deadLetterSource: 'feeder-commands' },
    ]);
    expect(cloud.alarms.changes).toContainEqual(
      expect.objectContaining({ alarm: 'feeder-commands-dead', to: 'ALARM' }),
    );
    expect(world.feeder.feederCounts?.starts).toBe(1);
    expect(logged(world, 'status')).toHaveLength(1);
  });
});
