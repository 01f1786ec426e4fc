import { configFingerprint } from '../../shared/adapters/config-file/config-fingerprint.ts';
import { resolveConfig } from '../../shared/adapters/config-file/resolve-config.ts';
import { tradingConfigOf, type TradingConfig } from '../../shared/application/trading-config.ts';
import { toDomainConfig, type DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';

export type ComposedConfig = {
  readonly trading: TradingConfig;
  readonly domain: DomainConfig;
  readonly fingerprint: string;
};

/** The configuration that an environment says: the overrides in it, and the stage that it runs in, over the defaults. */
export function composeConfig(variable: (name: VariableName) => string): ComposedConfig {
  const { config } = resolveConfig({
    file: JSON.parse(variable('FAIRLINE_CONFIG')) as unknown,
    overrides: [`system.stage=${variable('FAIRLINE_STAGE')}`],
  });
  const domain = toDomainConfig(config);
  const fingerprint = configFingerprint(config);
  const namespace = variable('FAIRLINE_NAMESPACE');
  return { domain, fingerprint, trading: tradingConfigOf(domain, { fingerprint, namespace }) };
}

/** The machine's clock: functions of an account live on no other. */
export const MACHINE_CLOCK = { nowMs: () => Date.now() };
