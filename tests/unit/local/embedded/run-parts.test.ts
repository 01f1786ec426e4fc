import { describe, expect, it } from 'vitest';
import { RunParts } from '../../../../local/embedded/run-parts.ts';

describe('the parts of a run', () => {
  it('end in the opposite order of their start, each before the next, and once', async () => {
    const parts = new RunParts();
    const said: string[] = [];
    for (const what of ['store', 'cloud', 'feeder'])
      parts.add(what, async () => {
        said.push(`${what} ends`);
        await Promise.resolve();
        said.push(`${what} has ended`);
      });
    await parts.close(() => undefined);
    await parts.close(() => undefined);
    expect(said).toEqual(
      ['feeder', 'cloud', 'store'].flatMap((what) => [`${what} ends`, `${what} has ended`]),
    );
  });

  it('that fail or hang are told of and hold up no other', async () => {
    const parts = new RunParts();
    const ended: string[] = [];
    const told: string[] = [];
    parts.add('store', async () => void ended.push('store'));
    parts.add('hanging', () => new Promise(() => undefined));
    parts.add('failing', () => Promise.reject(new Error('broken')));
    parts.add('throwing', () => {
      throw new Error('at once');
    });
    await parts.close((where, error) => told.push(`${where}: ${String(error)}`), 20);
    expect(ended).toEqual(['store']);
    expect(told).toEqual([
      'closing throwing: Error: at once',
      'closing failing: Error: broken',
      'closing hanging: Error: not closed after 20 ms',
    ]);
  });
});
