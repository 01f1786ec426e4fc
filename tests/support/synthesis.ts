import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { deploymentFrom, type Deployment } from '../../infra/config/deployment.ts';
import { addFairline, checkAgainstAwsSolutions, fairlineApp } from '../../infra/fairline-app.ts';
import type { Json, Template } from '../../infra/template-parts.ts';

/** One resource of a synthesized deployment. */
export type FoundResource = {
  readonly stack: string;
  readonly id: string;
  readonly properties: Json;
  readonly deletionPolicy: string;
};

export type Synthesis = {
  readonly deployment: Deployment;
  readonly templates: Readonly<Record<string, Template>>;
  /** What the checks of CDK said, acknowledged findings left out. */
  readonly findings: readonly string[];
  readonly suppressed: readonly { readonly rule: string; readonly reason: string }[];
  /** Lines of a docker that stands first on the path; it is not to be called. */
  readonly dockerCalls: string;
  readonly resources: (type: string) => readonly FoundResource[];
};

type Report = {
  readonly pluginReports: readonly {
    readonly violations: readonly { readonly ruleName: string; readonly severity?: string }[];
    readonly suppressedViolations?: readonly {
      readonly ruleName: string;
      readonly reason: string;
    }[];
  }[];
};

const synthesized = new Map<string, Synthesis>();

/** A deployment synthesized without bundling, once a worker, with every check on. */
export function synthesisOf(stage: Deployment['stage']): Synthesis {
  const found = synthesized.get(stage);
  if (found !== undefined) return found;
  const folder = mkdtempSync(join(tmpdir(), 'fairline-infra-'));
  const fake = fakeDocker(folder);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${fake.folder}${delimiter}${path}`;
  try {
    const context: Readonly<Record<string, string>> = { stage, alertEmail: 'ops@example.com' };
    const deployment = deploymentFrom((key) => context[key]);
    const app = fairlineApp({ outdir: join(folder, 'out'), bundles: false });
    addFairline(app, deployment);
    checkAgainstAwsSolutions(app);
    const { stacks } = app.synth();
    const templates = Object.fromEntries(
      stacks.map(({ stackName, template }) => [stackName, template as Template]),
    );
    const synthesis: Synthesis = {
      deployment,
      templates,
      ...reportIn(join(folder, 'out')),
      dockerCalls: fake.calls(),
      resources: (type) => resourcesOf(templates, type),
    };
    synthesized.set(stage, synthesis);
    return synthesis;
  } finally {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the checks of a synthesis wrote down. */
export function reportIn(outdir: string): Pick<Synthesis, 'findings' | 'suppressed'> {
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  return {
    findings: pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)),
    suppressed: pluginReports.flatMap(({ suppressedViolations = [] }) =>
      suppressedViolations.map(({ ruleName, reason }) => ({ rule: ruleName, reason })),
    ),
  };
}

/** A docker that notes how it was called and fails. */
export function fakeDocker(folder: string): {
  readonly folder: string;
  readonly calls: () => string;
} {
  const bin = join(folder, 'bin');
  const log = join(folder, 'docker-calls');
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\necho "$@" >> '${log}'\nexit 1\n`, { mode: 0o755 });
  return { folder: bin, calls: () => readFileSync(log, 'utf8') };
}

function resourcesOf(templates: Synthesis['templates'], type: string): readonly FoundResource[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]) => ({
        stack,
        id,
        properties: resource.Properties ?? {},
        deletionPolicy:
          (resource as { readonly DeletionPolicy?: string }).DeletionPolicy ?? 'Delete',
      })),
  );
}
