import { deploymentFrom } from '../config/deployment.ts';
import { addFairline, checkAgainstAwsSolutions, fairlineApp } from '../fairline-app.ts';

const app = fairlineApp();
try {
  const deployment = deploymentFrom((key) => app.node.tryGetContext(key) as unknown);
  addFairline(app, deployment);
  checkAgainstAwsSolutions(app);
  app.synth();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
