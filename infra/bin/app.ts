import { App } from 'aws-cdk-lib';
import { deploymentFrom } from '../config/deployment.ts';
import { addFairline, checkAgainstAwsSolutions } from '../fairline-app.ts';

const app = new App({ analyticsReporting: false });
addFairline(
  app,
  deploymentFrom((key) => app.node.tryGetContext(key) as unknown),
);
checkAgainstAwsSolutions(app);
app.synth();
