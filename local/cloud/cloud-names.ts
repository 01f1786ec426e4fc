/** The account and region of the local cloud: what stands in every ARN and address. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-2';

/** The one database, and the name of its user's secret. */
export const LOCAL_DATABASE = 'database';

export type ResourceKind =
  | 'queue'
  | 'table'
  | 'function'
  | 'bus'
  | 'rule'
  | 'schedule'
  | 'stateMachine'
  | 'topic'
  | 'bucket'
  | 'secret'
  | 'database'
  | 'alarm';

/** The ARN of a part by its short name. */
export function arnOf(kind: ResourceKind, name: string): string {
  switch (kind) {
    case 'queue':
      return arn('sqs', name);
    case 'table':
      return arn('dynamodb', `table/${name}`);
    case 'function':
      return arn('lambda', `function:${name}`);
    case 'bus':
      return arn('events', `event-bus/${name}`);
    case 'rule':
      return arn('events', `rule/${name}`);
    case 'schedule':
      return arn('scheduler', `schedule/default/${name}`);
    case 'stateMachine':
      return arn('states', `stateMachine:${name}`);
    case 'topic':
      return arn('sns', name);
    case 'bucket':
      return `arn:aws:s3:::${name}`;
    case 'secret':
      return arn('secretsmanager', `secret:${name}`);
    case 'database':
      return arn('rds', `cluster:${name}`);
    case 'alarm':
      return arn('cloudwatch', `alarm:${name}`);
  }
}

function arn(service: string, rest: string): string {
  return `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${rest}`;
}

/** The address of a queue under an endpoint such as http://127.0.0.1:4566. */
export function queueUrlOf(endpoint: string, name: string): string {
  return `${endpoint.replace(/\/$/, '')}/${LOCAL_ACCOUNT}/${name}`;
}
