import { loadConfig, type LoadedConfig } from '../shared/adapters/config-file/load-config.ts';

/** `--config FILE` and `--set path=value`, as every command that reads a configuration takes them. */
export type ConfigOptions = {
  readonly config?: string | undefined;
  readonly set?: readonly string[] | undefined;
};

/** The file of `--config`, else of the environment variable FAIRLINE_CONFIG, else the defaults alone. */
export function configOf(
  options: ConfigOptions,
  environment: Readonly<Record<string, string | undefined>>,
): LoadedConfig {
  const named = options.config ?? environment['FAIRLINE_CONFIG'];
  return loadConfig({
    file: named === undefined || named === '' ? null : named,
    overrides: options.set ?? [],
  });
}
