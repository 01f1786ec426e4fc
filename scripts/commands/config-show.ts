import { configFingerprint } from '../../shared/adapters/config-file/config-fingerprint.ts';
import { valueAt } from '../../shared/adapters/config-file/config-tree.ts';
import { configOf, type ConfigOptions } from '../config-options.ts';
import { columns } from '../terminal-text.ts';

/** `fairline config-show`: every value that a run would have, and where it comes from. */
export function runConfigShow(
  options: ConfigOptions,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly json: object; readonly text: string } {
  const { config, origins, file } = configOf(options, environment);
  const fingerprint = configFingerprint(config);
  const rows = [...origins].map(([path, origin]) =>
    [path, JSON.stringify(valueAt(config, path.split('.'))), origin].map(
      (text) => ({ text, align: 'left' }) as const,
    ),
  );
  return {
    json: { config, origins: Object.fromEntries(origins), file, fingerprint },
    text: [
      ...columns(rows, 60),
      '',
      `file         ${file ?? 'none'}`,
      `fingerprint  ${fingerprint}`,
    ].join('\n'),
  };
}
