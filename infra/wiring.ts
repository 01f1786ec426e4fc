import { wiringSchema, type Wiring } from '../shared/contracts/environment/wiring.ts';
import {
  asJson,
  asList,
  asText,
  partOf,
  TemplateParts,
  type Json,
  type Template,
} from './template-parts.ts';

/** Retention of a queue that says nothing about it. */
const DEFAULT_RETENTION_S = 345_600;

/**
 * What is connected to what, read off the synthesized templates of one deployment. Throws when a template uses what
 * this does not understand, rather than leave a connection out.
 */
export function wiringOf(deploymentName: string, templates: readonly Template[]): Wiring {
  const parts = new TemplateParts(deploymentName, templates);
  const mappings = parts.unnamed('AWS::Lambda::EventSourceMapping');
  return wiringSchema.parse({
    queues: queues(parts),
    tables: tables(parts),
    functions: functions(parts),
    tasks: tasks(parts),
    queueMappings: sortedBy(
      mappings.filter((mapping) => sourceOf(mapping).kind === 'queue').map(queueMapping),
      ({ queue }) => queue,
    ),
    streamMappings: sortedBy(
      mappings.filter((mapping) => sourceOf(mapping).kind === 'table').map(streamMapping),
      ({ table }) => table,
    ),
    buses: namesOf(parts, 'AWS::Events::EventBus', 'Name'),
    rules: rules(parts),
    schedules: schedules(parts),
    stateMachines: stateMachines(parts),
    topics: namesOf(parts, 'AWS::SNS::Topic', 'TopicName'),
    buckets: namesOf(parts, 'AWS::S3::Bucket', 'BucketName'),
    secrets: namesOf(parts, 'AWS::SecretsManager::Secret', 'Name'),
    alarms: alarms(parts),
  });
}

function namesOf(parts: TemplateParts, type: string, nameProperty: string): readonly string[] {
  return parts.ofType(type, nameProperty).map(({ name }) => name);
}

function queues(parts: TemplateParts): object {
  return Object.fromEntries(
    parts.ofType('AWS::SQS::Queue', 'QueueName').map(({ name, properties }) => {
      const redrive = properties['RedrivePolicy'] as Json | undefined;
      return [
        name,
        {
          visibilityTimeoutS: properties['VisibilityTimeout'] ?? 30,
          retentionS: properties['MessageRetentionPeriod'] ?? DEFAULT_RETENTION_S,
          delayS: properties['DelaySeconds'] ?? 0,
          redrive:
            redrive === undefined
              ? null
              : {
                  deadLetterQueue: needPart(redrive['deadLetterTargetArn']).name,
                  maxReceives: redrive['maxReceiveCount'],
                },
        },
      ];
    }),
  );
}

function tables(parts: TemplateParts): object {
  return Object.fromEntries(
    parts.ofType('AWS::DynamoDB::GlobalTable', 'TableName').map(({ name, properties }) => {
      const keys = asList(properties['KeySchema']).map(asJson);
      const keyOf = (type: string) =>
        keys.find(({ KeyType }) => KeyType === type)?.['AttributeName'];
      const stream = properties['StreamSpecification'] as Json | undefined;
      return [
        name,
        {
          partitionKey: keyOf('HASH'),
          sortKey: keyOf('RANGE') ?? null,
          stream: stream?.['StreamViewType'] ?? null,
        },
      ];
    }),
  );
}

function functions(parts: TemplateParts): object {
  return Object.fromEntries(
    parts.ofType('AWS::Lambda::Function', 'FunctionName').map(({ name, properties, metadata }) => [
      name,
      {
        folder: metadata['fairline:folder'],
        timeoutS: properties['Timeout'],
        memoryMb: properties['MemorySize'],
        environment: environmentOf(
          Object.entries(asJson(asJson(properties['Environment'])['Variables'])),
        ),
      },
    ]),
  );
}

function tasks(parts: TemplateParts): object {
  return Object.fromEntries(
    parts.ofType('AWS::ECS::TaskDefinition', 'Family').map(({ name, properties, metadata }) => {
      const [container] = asList(properties['ContainerDefinitions']).map(asJson);
      const variables = asList(container?.['Environment']).map(asJson);
      return [
        name,
        {
          folder: metadata['fairline:folder'],
          stopTimeoutS: container?.['StopTimeout'],
          environment: environmentOf(variables.map(({ Name, Value }) => [asText(Name), Value])),
        },
      ];
    }),
  );
}

function environmentOf(variables: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(
    variables.map(([name, value]) => [
      name,
      asText(value).replace(/^runtime:([A-Z_]+)$/, '${runtime:$1}'),
    ]),
  );
}

function sourceOf(mapping: Json): { readonly kind: string; readonly name: string } {
  return needPart(mapping['EventSourceArn']);
}

function reportsItemFailures(mapping: Json): boolean {
  return asList(mapping['FunctionResponseTypes'] ?? []).includes('ReportBatchItemFailures');
}

function queueMapping(mapping: Json) {
  return {
    queue: sourceOf(mapping).name,
    function: needPart(mapping['FunctionName']).name,
    batchSize: mapping['BatchSize'],
    batchingWindowS: mapping['MaximumBatchingWindowInSeconds'] ?? 0,
    maxConcurrency: asJson(mapping['ScalingConfig'])['MaximumConcurrency'],
    reportsItemFailures: reportsItemFailures(mapping),
  };
}

function streamMapping(mapping: Json) {
  const destinations = mapping['DestinationConfig'] as Json | undefined;
  return {
    table: sourceOf(mapping).name,
    function: needPart(mapping['FunctionName']).name,
    batchSize: mapping['BatchSize'],
    bisectsOnError: mapping['BisectBatchOnFunctionError'] ?? false,
    maxRetries: mapping['MaximumRetryAttempts'],
    maxRecordAgeS: mapping['MaximumRecordAgeInSeconds'] ?? null,
    reportsItemFailures: reportsItemFailures(mapping),
    failureBucket:
      destinations === undefined
        ? null
        : needPart(asJson(destinations['OnFailure'])['Destination']).name,
  };
}

function rules(parts: TemplateParts): readonly object[] {
  return parts.ofType('AWS::Events::Rule', 'Name').map(({ name, properties }) => ({
    name,
    bus: needPart(properties['EventBusName']).name,
    pattern: properties['EventPattern'],
    targets: asList(properties['Targets']).map((each) => {
      const target = asJson(each);
      return { target: targetOf(target['Arn']), inputPath: target['InputPath'] ?? null };
    }),
  }));
}

function schedules(parts: TemplateParts): readonly object[] {
  return parts.ofType('AWS::Scheduler::Schedule', 'Name').map(({ name, properties }) => {
    const target = asJson(properties['Target']);
    return {
      name,
      expression: properties['ScheduleExpression'],
      timezone: properties['ScheduleExpressionTimezone'] ?? 'UTC',
      target: targetOf(target['Arn']),
      input: target['Input'] ?? '{}',
      enabled: (properties['State'] ?? 'ENABLED') === 'ENABLED',
    };
  });
}

function stateMachines(parts: TemplateParts): object {
  return Object.fromEntries(
    parts
      .ofType('AWS::StepFunctions::StateMachine', 'StateMachineName')
      .map(({ name, properties }) => [
        name,
        { definition: JSON.parse(asText(properties['DefinitionString'])) as unknown },
      ]),
  );
}

function alarms(parts: TemplateParts): readonly object[] {
  return parts.ofType('AWS::CloudWatch::Alarm', 'AlarmName').map(({ name, properties }) => ({
    name,
    namespace: properties['Namespace'],
    metric: properties['MetricName'],
    dimensions: Object.fromEntries(
      asList(properties['Dimensions'] ?? [])
        .map(asJson)
        .map(({ Name, Value }) => [asText(Name), partOf(Value)?.name ?? Value]),
    ),
    statistic: properties['Statistic'] ?? properties['ExtendedStatistic'],
    periodS: properties['Period'],
    evaluationPeriods: properties['EvaluationPeriods'],
    comparison: properties['ComparisonOperator'],
    threshold: properties['Threshold'],
    treatMissingData: properties['TreatMissingData'] ?? 'missing',
    topics: asList(properties['AlarmActions'] ?? []).map((action) => needPart(action).name),
  }));
}

function targetOf(value: unknown): { readonly kind: string; readonly name: string } {
  const { kind, name } = needPart(value);
  return { kind, name };
}

function needPart(value: unknown): { readonly kind: string; readonly name: string } {
  const part = partOf(value);
  if (part === null) throw new Error(`${JSON.stringify(value)} is not a part that is known`);
  return part;
}

function sortedBy<T>(list: readonly T[], key: (item: T) => string): readonly T[] {
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
