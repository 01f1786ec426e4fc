import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  renderArbitrationStudy,
  renderDevigStudy,
} from '../../shared/adapters/html-report/study-pages.ts';
import type {
  ArbitrationStudyRecord,
  DevigStudyRecord,
} from '../../shared/contracts/study-record.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { studyArbitration } from '../../local/studies/arbitration-study.ts';
import { studyDevig } from '../../local/studies/devig-study.ts';
import { configOf, type ConfigOptions } from '../config-options.ts';
import { prepareOut } from '../run-files.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';
import { arbitrationText, devigText } from './study-text.ts';
import { wholeNumber } from './whole-number.ts';

export type StudyOptions = ConfigOptions & {
  readonly data?: string | undefined;
  readonly out?: string | undefined;
  readonly seed?: string | undefined;
  readonly resamples?: string | undefined;
  readonly orders?: string | undefined;
};

/** Where the collected data lies when nobody says. */
export const USUAL_DATA = '../shared/data';

const STUDIES = ['devig', 'arbitration'] as const;
const RESAMPLES = { from: 2_000, to: 100_000, usual: 4_000 } as const;
const ORDERS = { from: 1, to: 100_000, usual: 1_000 } as const;
const SEEDS = { from: 0, to: Number.MAX_SAFE_INTEGER, usual: 1 } as const;

/**
 * `fairline study`: how the methods of de-vig, or arbitration and staleness, do on collected real data. `note` gets
 * lines of progress. With `--out` it also writes study.json and a page with the plots.
 */
export async function runStudy(
  name: string,
  options: StudyOptions,
  at: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly note: (text: string) => void;
    readonly nowMs: () => number;
  },
): Promise<{ readonly json: object; readonly text: string }> {
  const study = oneOf('the study', name, STUDIES);
  const input = {
    dataDir: dataFolder(options.data ?? USUAL_DATA),
    seed: wholeNumber('--seed', options.seed, SEEDS),
    resamples: wholeNumber('--resamples', options.resamples, RESAMPLES),
    note: at.note,
  };
  const orders = wholeNumber('--orders', options.orders, ORDERS);
  const { config } = configOf(options, at.environment);
  const { devig: method } = config.pricing;
  if (options.out !== undefined) prepareOut(options.out);
  const startedMs = at.nowMs();
  const record =
    study === 'devig'
      ? await studyDevig({
          ...input,
          kept: { pinnacle: method.pinnacle, others: method.draftkings },
          minEdgePerContract: toDomainConfig(config).strategy.minEdgePerContract,
        })
      : await studyArbitration({ ...input, orders, method });
  const seconds = (at.nowMs() - startedMs) / 1_000;
  const files = options.out === undefined ? [] : await writeStudy(options.out, record);
  const told = record.study === 'devig' ? devigText(record) : arbitrationText(record);
  return {
    json: record,
    text: [told, `${seconds.toFixed(1)} s`, ...files.map((file) => `wrote ${file}`)].join('\n'),
  };
}

async function writeStudy(
  out: string,
  record: DevigStudyRecord | ArbitrationStudyRecord,
): Promise<readonly string[]> {
  const data = join(out, `${record.study}-study.json`);
  const page = join(out, `${record.study}-study.html`);
  writeFileSync(data, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(
    page,
    await (record.study === 'devig' ? renderDevigStudy(record) : renderArbitrationStudy(record)),
  );
  return [data, page];
}

function dataFolder(dir: string): string {
  const path = resolve(dir);
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  throw new UsageError({
    what: `The folder of the collected data is ${path}, and there is none.`,
    allowed: 'a folder that holds nfl/, soccer-football-data/, tennis/ and sportsbook-props-mlb/',
    todo: 'Name it: --data DIR',
  });
}
