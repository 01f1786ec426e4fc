import { describe, expect, it } from 'vitest';
import { FEEDER_LIMITS, type DirectoryEntry } from '../../../../fargate/feeder/feeder-parts.ts';
import { takeLease, LEASE_MS } from '../../../../shared/application/feeder-lease.ts';
import { COMMAND_MAX_AGE_MS } from '../../../../shared/contracts/messages/command-schema.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { aFeederDesk, ENTRIES } from '../../../support/feeder-desk.ts';
import { A, B, snapshot } from '../../../support/feeder-events.ts';
import { SpokenCommands } from '../../../support/spoken-commands.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

/** A feeder that leads with both books synced, and its commands. */
async function aCommandedDesk(change: Parameters<typeof aFeederDesk>[0] = {}) {
  const commands = new SpokenCommands();
  const desk = aFeederDesk({ commands, ...change });
  await desk.feeder.start();
  desk.stream().connect();
  await desk.passTime(10);
  desk.stream().say(snapshot(1, A), desk.clock.nowMs());
  desk.stream().say(snapshot(2, B), desk.clock.nowMs());
  await desk.passTime(200);
  return {
    ...desk,
    commands,
    /** Sends a command of now and lets it be taken. */
    command: async (message: Parameters<SpokenCommands['send']>[0], ageMs = 0) => {
      const id = commands.send(message, desk.clock.nowMs() - ageMs);
      await desk.passTime(1_100);
      return id;
    },
  };
}

describe('status', () => {
  it('is written to the log and told as an event, with counts, and then is done', async () => {
    const desk = await aCommandedDesk();
    const id = await desk.command({ kind: 'status' });
    const line = desk.telemetry.lines().find(({ event }) => event === 'status')!;
    expect(line.fields).toMatchObject({
      state: 'leading',
      epoch: 1,
      frames: 2,
      stops: 0,
      ticks: 2,
    });
    await desk.passTime(200);
    const told = desk.outbox.events.filter((event) => event.kind === 'feed').at(-1)!;
    expect(told).toMatchObject({ feed: 'feeder', change: 'connected' });
    expect(JSON.parse(told.detail)).toEqual(line.fields);
    expect(desk.commands.acked).toEqual([id]);
  });
});

describe('refresh_directory', () => {
  it('follows a market that was listed since, without waiting for the next look', async () => {
    const late: DirectoryEntry = { market: aMarket({ ticker: 'LATE' }), mapping: null };
    let entries = ENTRIES;
    const desk = await aCommandedDesk({
      directory: () => Promise.resolve({ kind: 'read', value: entries }),
      limits: { ...FEEDER_LIMITS, directoryIntervalMs: null },
    });
    entries = [...ENTRIES, late];
    const id = await desk.command({ kind: 'refresh_directory' });
    expect(desk.streams).toHaveLength(1);
    expect(desk.stream().markets).toEqual([A, B, 'LATE']);
    expect(desk.commands.acked).toEqual([id]);
  });

  it('and the planned look at the same time change the stream once', async () => {
    const late: DirectoryEntry = { market: aMarket({ ticker: 'LATE' }), mapping: null };
    const clock = new Scheduler({ startMs: NOON });
    let entries = ENTRIES;
    const desk = await aCommandedDesk({
      clock,
      directory: async () => {
        if (entries !== ENTRIES) await clock.sleep(500);
        return { kind: 'read', value: entries };
      },
    });
    entries = [...ENTRIES, late];
    desk.commands.send({ kind: 'refresh_directory' }, desk.clock.nowMs());
    desk.commands.send({ kind: 'refresh_directory' }, desk.clock.nowMs());
    await desk.passTime(4_000);
    expect(desk.stream().sets).toEqual([[A, B, 'LATE']]);
    expect(desk.streams).toHaveLength(1);
  });
});

describe('resnapshot', () => {
  it('makes the books suspect and asks for them, of the markets that are followed', async () => {
    const desk = await aCommandedDesk();
    const id = await desk.command({ kind: 'resnapshot', markets: [B, 'NOBODYS'] });
    expect(desk.stream().asked.at(-1)).toEqual([B]);
    expect(desk.commands.acked).toEqual([id]);
    desk.stream().say(snapshot(3, B, { bid: 4_900 }), desk.clock.nowMs());
    await desk.passTime(200);
    expect(desk.outbox.ticks.at(-1)).toMatchObject({
      market: { ticker: B },
      book: { sync: 'synced' },
    });
  });

  it('publishes nothing of a suspect book as if it were true', async () => {
    const desk = await aCommandedDesk();
    await desk.command({ kind: 'resnapshot', markets: [A] });
    desk.stream().say(
      {
        kind: 'lifecycle',
        sequence: null,
        market: A,
        event: 'deactivated',
        result: null,
        closeTimeMs: null,
        exchangeTimeMs: null,
      },
      desk.clock.nowMs(),
    );
    await desk.passTime(200);
    expect(desk.outbox.ticks.at(-1)).toMatchObject({
      market: { ticker: A },
      book: { sync: 'gapped' },
    });
  });
});

describe('drain', () => {
  it('is acknowledged first, ends in order and gives the lease back', async () => {
    const desk = await aCommandedDesk();
    const id = await desk.command({ kind: 'drain' });
    expect(desk.commands.acked).toEqual([id]);
    expect(await desk.feeder.ended).toBe(true);
    expect(desk.feeder.status().state).toBe('stopped');
    expect(await takeLease(desk.store, 'next', desk.clock.nowMs())).toMatchObject({ epoch: 2 });
    expect(desk.commands.signals.at(-1)!.aborted).toBe(true);
    const { takes } = desk.commands;
    await desk.passTime(60_000);
    expect(desk.commands.takes).toBe(takes);
  });

  it('that cannot be acknowledged does not end the feeder: it would end the next one too', async () => {
    const desk = await aCommandedDesk();
    desk.commands.broken = 'ack';
    await desk.command({ kind: 'drain' });
    expect(desk.feeder.status().state).toBe('leading');
    expect(desk.failures).toContain('command');
  });

  it('that was sent before this epoch began was meant for another feeder', async () => {
    const commands = new SpokenCommands();
    const desk = aFeederDesk({ commands });
    const id = commands.send({ kind: 'drain' }, NOON - 1);
    await desk.feeder.start();
    await desk.passTime(2_000);
    expect(desk.feeder.status().state).toBe('leading');
    expect(commands.acked).toEqual([id]);
    expect(desk.logged()).toContain('command_too_old');
  });
});

describe('a command that is too old', () => {
  it.each(Object.entries(COMMAND_MAX_AGE_MS))(
    'does nothing, is told and does not come again: %s after %d ms',
    async (kind, maxAgeMs) => {
      const desk = await aCommandedDesk();
      await desk.passTime(10_000);
      const asked = desk.stream().asked.length;
      const fields = {
        ...(kind === 'resnapshot' && { markets: [A] }),
        ...(kind === 'reset_fuse' && { strategy: 'fair-line', exchangeIndex: 0 }),
      };
      const message = { kind, ...fields } as never;
      const id = await desk.command(message, maxAgeMs);
      expect(desk.commands.acked).toEqual([id]);
      const line = desk.telemetry.lines().find(({ event }) => event === 'command_too_old')!;
      expect(line.fields).toMatchObject({ kind, message: id });
      expect(desk.feeder.status().state).toBe('leading');
      expect(desk.stream().asked.slice(asked).flat()).not.toContain(A);
      expect(desk.logged()).not.toContain('status');
    },
  );
});

describe('what is no command', () => {
  it.each([
    ['not JSON', 'drain'],
    ['of an unknown kind', '{"v":1,"kind":"flatten"}'],
    ['of another version', '{"v":2,"kind":"drain"}'],
    ['with more than it should hold', '{"v":1,"kind":"drain","now":true}'],
    ['without markets', '{"v":1,"kind":"resnapshot","markets":[]}'],
  ])('is refused, told without its text, and left to become a dead letter: %s', async (_, body) => {
    const desk = await aCommandedDesk();
    await desk.command(body);
    const id = await desk.command({ kind: 'status' });
    expect(desk.feeder.status().state).toBe('leading');
    expect(desk.failures).toEqual([]);
    expect(desk.commands.acked).toEqual([id]);
    expect(desk.telemetry.counts.get('feeder.command_refused')).toBe(1);
    const refused = desk.telemetry.lines().find(({ event }) => event === 'message_refused')!;
    expect(refused.fields).toMatchObject({ what: 'command', message: 'm1' });
    expect(JSON.stringify(refused.fields)).not.toContain('flatten');
  });
});

describe('commands', () => {
  it('are left to the feeder that leads', async () => {
    const commands = new SpokenCommands();
    const desk = aFeederDesk({ commands });
    await takeLease(desk.store, 'another', NOON);
    await desk.feeder.start();
    await desk.passTime(LEASE_MS - 1_000);
    expect(commands.takes).toBe(0);
    await desk.passTime(2_000);
    expect(commands.takes).toBeGreaterThan(0);
  });

  it('are asked for again when the queue could not be reached', async () => {
    const desk = await aCommandedDesk();
    desk.commands.broken = 'take';
    await desk.passTime(2_000);
    expect(desk.failures).toContain('commands');
    desk.commands.broken = null;
    const id = desk.commands.send({ kind: 'status' }, desk.clock.nowMs());
    await desk.passTime(6_000);
    expect(desk.commands.acked).toEqual([id]);
  });
});
