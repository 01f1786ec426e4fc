import { LOCAL_REGION } from '../cloud/cloud-names.ts';

/** Makes the SDK's clients of this process talk to the local cloud. Credentials are signed with and never checked. */
export function pointSdkAt(endpoints: { readonly cloud: string; readonly dynamo: string }): void {
  Object.assign(process.env, {
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoints.cloud,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  // What a person's shell says of an account of theirs has no place here.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE'])
    Reflect.deleteProperty(process.env, name);
}
