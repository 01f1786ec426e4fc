import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../constructs/root.ts';
import { synthesizeWiring, wiringText } from '../synthesize-wiring.ts';

const outdir = mkdtempSync(join(tmpdir(), 'fairline-wiring-'));
try {
  writeFileSync(join(ROOT, 'infra', 'wiring.json'), wiringText(synthesizeWiring(outdir)));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
