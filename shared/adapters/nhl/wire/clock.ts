import * as z from 'zod';

const CLOCK = /^(\d{1,3}):([0-5]\d)$/;

/** Seconds of a clock such as `03:36`; null for what is none. */
export function clockSeconds(text: string): number | null {
  const [, minutes, seconds] = CLOCK.exec(text) ?? [];
  return minutes === undefined ? null : Number(minutes) * 60 + Number(seconds);
}

/** The clock of whole seconds, as `03:36`. */
export function clockText(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return `${String(minutes).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

/** A clock of a document, as seconds. */
export const clock = z.string().transform((text, context) => {
  const seconds = clockSeconds(text);
  if (seconds !== null) return seconds;
  context.addIssue({
    code: 'custom',
    message: `expected minutes and seconds, not "${text.slice(0, 20)}"`,
  });
  return z.NEVER;
});
