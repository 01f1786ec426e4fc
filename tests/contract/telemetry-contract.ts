import { describe, expect, it } from 'vitest';
import type { LogFields, LogLevel, Telemetry } from '../../shared/ports/telemetry.ts';

/** What is seen of a telemetry from outside. */
export type SeenTelemetry = {
  readonly telemetry: Telemetry;
  readonly lines: () => readonly {
    readonly level: LogLevel;
    readonly event: string;
    readonly fields: LogFields;
  }[];
  readonly count: (metric: string) => number;
};

/** What every telemetry must do, whatever it is made of. */
export function telemetryContract(name: string, make: () => SeenTelemetry): void {
  describe(`telemetry contract: ${name}`, () => {
    it('shows lines with level, event and fields, in order', () => {
      const { telemetry, lines } = make();
      telemetry.log('info', 'started', { seed: 7, replay: false, folder: null });
      telemetry.log('critical', 'mismatch', { what: 'cash' });
      expect(lines()).toEqual([
        {
          level: 'info',
          event: 'started',
          fields: { seed: 7, replay: false, folder: null },
        },
        { level: 'critical', event: 'mismatch', fields: { what: 'cash' } },
      ]);
    });

    it('adds counts up by metric', () => {
      const { telemetry, count } = make();
      telemetry.count('submit.accepted', 1);
      telemetry.count('submit.accepted', 2);
      telemetry.count('submit.rejected', 1);
      expect([count('submit.accepted'), count('submit.rejected')]).toEqual([3, 1]);
    });
  });
}
