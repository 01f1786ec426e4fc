import { parseArgs } from 'node:util';
import { memoryOf, memoryText, replayCommand, soakText } from './soak-report.ts';
import { playSoak } from './soak.ts';

// `node tests/simulation/soak/main.ts --hours 24 --faults 200 --seed 1`: a soak, and what came of it.

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    faults: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const options = {
  hours: Number(values.hours),
  faults: Number(values.faults),
  seed: Number(values.seed),
};
const result = await playSoak({
  ...options,
  onProgress: (share) => {
    if (!values.json) process.stderr.write(`  ${Math.round(share * 100)} %\n`);
  },
});
const memory = await memoryOf(result);
if (values.json) {
  const { connections, ...rest } = result;
  process.stdout.write(
    `${JSON.stringify({ ...rest, grown: memory, connects: connections.connects, causes: connections.table() })}\n`,
  );
} else process.stdout.write(soakText(result) + memoryText(memory));
if (result.violations.length > 0 || memory.clientBytes > memory.mostBytes) {
  process.stderr.write(`again: ${replayCommand(options)}\n`);
  process.exitCode = 1;
}
