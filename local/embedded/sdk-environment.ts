import { LOCAL_REGION } from '../cloud/cloud-names.ts';

/** Services of which a shell may name an endpoint; the SDK would take that before the one for all. */
const OTHER_SERVICES = [
  'SQS',
  'EVENTBRIDGE',
  'SFN',
  'SECRETS_MANAGER',
  'CLOUDWATCH',
  'SNS',
  'S3',
  'RDS_DATA',
  'DYNAMODB_STREAMS',
] as const;

/**
 * Makes the SDK's clients of this process talk to the local cloud. Credentials are signed with and never checked. What is
 * returned puts the environment back: a later run in this process must not take a store that has ended for one of
 * somebody else's.
 */
export function pointSdkAt(endpoints: {
  readonly cloud: string;
  readonly dynamo: string;
}): () => void {
  const settings: Readonly<Record<string, string | undefined>> = {
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoints.cloud,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
    AWS_EC2_METADATA_DISABLED: 'true',
    // What a person's shell says of an account of theirs has no place here.
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_CONFIG_FILE: undefined,
    ...Object.fromEntries(OTHER_SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, undefined])),
  };
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(settings)) setVariable(name, value);
  return () => {
    for (const [name, value] of before) setVariable(name, value);
  };
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
