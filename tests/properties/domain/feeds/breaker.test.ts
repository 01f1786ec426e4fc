import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Breaker } from '../../../../shared/domain/feeds/breaker.ts';
import { runs } from '../../../support/property-settings.ts';

const LIMITS = { failures: 3, openMs: 100 };

/** What a breaker is, said as plainly as can be: the failures in a row, and until when nothing more may go. */
type Model = { nowMs: number; failures: number; closedUntilMs: number | null; onTrial: boolean };
type Command = fc.Command<Model, Breaker>;

class Wait implements Command {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  check(): boolean {
    return true;
  }
  run(model: Model): void {
    model.nowMs += this.#ms;
  }
  toString(): string {
    return `wait ${this.#ms}`;
  }
}

class Ask implements Command {
  check(): boolean {
    return true;
  }
  run(model: Model, breaker: Breaker): void {
    const isBarred = model.closedUntilMs !== null && model.nowMs < model.closedUntilMs;
    expect(breaker.admit(model.nowMs)).toBe(!isBarred);
    if (isBarred || model.closedUntilMs === null) return;
    model.onTrial = true;
    model.closedUntilMs = model.nowMs + LIMITS.openMs;
  }
  toString(): string {
    return 'ask';
  }
}

class Succeed implements Command {
  check(): boolean {
    return true;
  }
  run(model: Model, breaker: Breaker): void {
    expect(breaker.succeeded()).toBe(model.closedUntilMs !== null);
    Object.assign(model, { failures: 0, closedUntilMs: null, onTrial: false });
    expect(breaker.state).toEqual({ kind: 'closed', failures: 0 });
  }
  toString(): string {
    return 'succeed';
  }
}

class Fail implements Command {
  check(): boolean {
    return true;
  }
  run(model: Model, breaker: Breaker): void {
    if (model.closedUntilMs === null) model.failures += 1;
    const opens =
      model.onTrial || (model.closedUntilMs === null && model.failures === LIMITS.failures);
    expect(breaker.failed(model.nowMs)).toBe(opens);
    if (opens) Object.assign(model, { closedUntilMs: model.nowMs + LIMITS.openMs, onTrial: false });
  }
  toString(): string {
    return 'fail';
  }
}

class Refuse implements Command {
  check(): boolean {
    return true;
  }
  run(model: Model, breaker: Breaker): void {
    breaker.refused(model.nowMs);
    Object.assign(model, { closedUntilMs: model.nowMs + LIMITS.openMs, onTrial: false });
    expect(breaker.admit(model.nowMs)).toBe(false);
  }
  toString(): string {
    return 'refuse';
  }
}

it('a breaker does what failures in a row and a time to wait say', () => {
  const commands = fc.commands(
    [
      fc.constantFrom(1, 50, 99, 100).map((ms) => new Wait(ms)),
      fc.constant(new Ask()),
      fc.constant(new Ask()),
      fc.constant(new Fail()),
      fc.constant(new Fail()),
      fc.constant(new Succeed()),
      fc.constant(new Refuse()),
    ],
    { maxCommands: 30 },
  );
  fc.assert(
    fc.property(commands, (all) => {
      fc.modelRun(
        () => ({
          model: { nowMs: 0, failures: 0, closedUntilMs: null, onTrial: false },
          real: new Breaker(LIMITS),
        }),
        all,
      );
    }),
    runs(300),
  );
});
