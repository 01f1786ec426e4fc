import { configFingerprint } from '../../shared/adapters/config-file/config-fingerprint.ts';
import { configOf, type ConfigOptions } from '../config-options.ts';

/** `fairline config-validate`: whether a run would accept this configuration. Throws every problem at once. */
export function runConfigValidate(
  options: ConfigOptions,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly json: object; readonly text: string } {
  const { config, origins, file } = configOf(options, environment);
  const fingerprint = configFingerprint(config);
  const set = [...origins.values()].filter((origin) => origin !== 'default').length;
  return {
    json: { valid: true, file, fingerprint },
    text: `${file ?? 'the defaults'}: valid, ${set} of ${origins.size} settings given, fingerprint ${fingerprint}`,
  };
}
