import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RunSummary } from '../../shared/contracts/summary.ts';

const PACKAGE = new URL('../../package.json', import.meta.url);

/** What ran: code, configuration, strategy, model and machine. Outside a checkout commit and branch are null. */
export function fingerprintsOf(run: {
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  readonly model: string | null;
}): RunSummary['fingerprints'] {
  const { strategy, stage } = run.config;
  return {
    fairline: versionOf(readFileSync(PACKAGE, 'utf8')),
    commit: git('rev-parse', 'HEAD'),
    branch: git('rev-parse', '--abbrev-ref', 'HEAD'),
    config: run.configFingerprint,
    strategy: `${strategy.name}@${strategy.version}`,
    model: run.model,
    stage,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

function versionOf(packageJson: string): string {
  const { version } = JSON.parse(packageJson) as { readonly version: string };
  return version;
}

function git(...words: readonly string[]): string | null {
  try {
    return execFileSync('git', words, {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2_000,
    }).trim();
  } catch {
    return null;
  }
}
