/** A synthesized template, as far as it is read. */
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
};
export type Resource = {
  readonly Type: string;
  readonly Properties?: Json;
  readonly Metadata?: Json;
};
export type Json = Readonly<Record<string, unknown>>;

/** What a template's resource is to the wiring, and the property that holds its name in the account. */
const KINDS = {
  'AWS::SQS::Queue': { kind: 'queue', name: 'QueueName', ref: 'url' },
  'AWS::DynamoDB::GlobalTable': { kind: 'table', name: 'TableName', ref: 'name' },
  'AWS::Lambda::Function': { kind: 'function', name: 'FunctionName', ref: 'name' },
  'AWS::Events::EventBus': { kind: 'bus', name: 'Name', ref: 'name' },
  'AWS::SNS::Topic': { kind: 'topic', name: 'TopicName', ref: 'arn' },
  'AWS::S3::Bucket': { kind: 'bucket', name: 'BucketName', ref: 'name' },
  'AWS::SecretsManager::Secret': { kind: 'secret', name: 'Name', ref: 'arn' },
  'AWS::StepFunctions::StateMachine': {
    kind: 'stateMachine',
    name: 'StateMachineName',
    ref: 'arn',
  },
  'AWS::RDS::DBCluster': { kind: 'database', name: 'DBClusterIdentifier', ref: 'name' },
} as const;
export type PartKind = (typeof KINDS)[keyof typeof KINDS]['kind'];

/** Attributes of `Fn::GetAtt` as the wiring names them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  Arn: 'arn',
  TopicArn: 'arn',
  DBClusterArn: 'clusterArn',
  'MasterUserSecret.SecretArn': 'secretArn',
  StreamArn: 'streamArn',
  QueueName: 'name',
  TopicName: 'name',
  Name: 'name',
};

/** The account of the embedded run; only names of buckets hold it. */
const ACCOUNT = '000000000000';

export type Part = { readonly kind: string; readonly name: string; readonly attribute: string };

/** The parts of an assembly by name, and what its intrinsic functions come to. */
export class TemplateParts {
  readonly #deploymentName: string;
  readonly #templates: readonly Template[];
  readonly #exports = new Map<string, { readonly value: unknown; readonly of: Template }>();

  /** `deploymentName` stands before each name in the account. */
  constructor(deploymentName: string, templates: readonly Template[]) {
    this.#deploymentName = deploymentName;
    this.#templates = templates;
    for (const of of templates) {
      for (const { Value, Export } of Object.values(of.Outputs ?? {})) {
        if (typeof Export?.Name === 'string') this.#exports.set(Export.Name, { value: Value, of });
      }
    }
  }

  /** Resources of a type in the order of their short names, their properties with everything resolved. */
  ofType(
    type: string,
    nameProperty: string,
  ): readonly { readonly name: string; readonly properties: Json; readonly metadata: Json }[] {
    return this.#templates
      .flatMap((template) =>
        Object.values(template.Resources)
          .filter(({ Type }) => Type === type)
          .map(({ Properties = {}, Metadata = {} }) => {
            const properties = asJson(this.resolve(Properties, template));
            return {
              name: this.shortName(asText(properties[nameProperty])),
              properties,
              metadata: Metadata,
            };
          }),
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Resources without a name of their own, their properties with everything resolved. */
  unnamed(type: string): readonly Json[] {
    return this.#templates.flatMap((template) =>
      Object.values(template.Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties = {} }) => asJson(this.resolve(Properties, template))),
    );
  }

  /** A name in the account without what stands before it and, of a bucket, the account behind it. */
  shortName(name: string): string {
    if (name === this.#deploymentName) return 'fairline';
    const before = `${this.#deploymentName}-`;
    if (!name.startsWith(before)) throw new Error(`"${name}" does not begin with ${before}`);
    return name.slice(before.length).replace(new RegExp(`-${ACCOUNT}$`), '');
  }

  /** A value without intrinsic functions; a part stands in it as `${kind:name.attribute}`. */
  resolve(value: unknown, of: Template): unknown {
    if (Array.isArray(value)) return value.map((each: unknown) => this.resolve(each, of));
    if (typeof value !== 'object' || value === null) return value;
    const json = value as Json;
    const [name, ...others] = Object.keys(json);
    if (name !== undefined && others.length === 0) {
      const argument = json[name];
      if (name === 'Ref') return this.#ref(asText(argument), of);
      if (name === 'Fn::GetAtt') return this.#attribute(asList(argument).map(asText), of);
      if (name === 'Fn::ImportValue') return this.#import(asText(this.resolve(argument, of)));
      if (name === 'Fn::Join') {
        const [between, pieces] = asList(argument);
        return asList(this.resolve(pieces, of)).map(asText).join(asText(between));
      }
      if (name === 'Fn::Select') {
        const [index, list] = asList(argument);
        return asList(this.resolve(list, of))[Number(index)];
      }
      if (name === 'Fn::GetAZs') return ['a', 'b', 'c'].map((zone) => `us-east-2${zone}`);
      if (name === 'Fn::Sub') return this.#substitute(argument, of);
      if (name.startsWith('Fn::'))
        throw new Error(`${name} is not resolved: ${JSON.stringify(json)}`);
    }
    return Object.fromEntries(
      Object.entries(json).map(([key, each]) => [key, this.resolve(each, of)]),
    );
  }

  #ref(logicalId: string, of: Template): string {
    const pseudo = PSEUDO_PARAMETERS[logicalId];
    if (pseudo !== undefined) return pseudo;
    return this.#reference(logicalId, null, of);
  }

  #attribute([logicalId = '', ...attribute]: readonly string[], of: Template): string {
    return this.#reference(logicalId, attribute.join('.'), of);
  }

  #reference(logicalId: string, attribute: string | null, of: Template): string {
    const resource = of.Resources[logicalId];
    if (resource === undefined) throw new Error(`${logicalId} is not in its template`);
    const known = KINDS[resource.Type as keyof typeof KINDS];
    // Of what is no part of the wiring only its identity counts.
    if (known === undefined) return `\${other:${logicalId}.${attribute ?? 'ref'}}`;
    const given = this.resolve(resource.Properties?.[known.name], of);
    const name = this.shortName(asText(given));
    const wanted = attribute === null ? known.ref : (ATTRIBUTES[attribute] ?? attribute);
    return known.kind === 'database'
      ? `\${database:${wanted}}`
      : `\${${known.kind}:${name}.${wanted}}`;
  }

  #import(name: string): unknown {
    const exported = this.#exports.get(name);
    if (exported === undefined) throw new Error(`nothing exports ${name}`);
    return this.resolve(exported.value, exported.of);
  }

  #substitute(argument: unknown, of: Template): string {
    const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
    const values = asJson(this.resolve(given, of));
    return asText(text).replaceAll(/\$\{([^!}]+)\}/g, (_, name: string) => {
      if (Object.hasOwn(values, name)) return asText(values[name]);
      const [logicalId = '', ...attribute] = name.split('.');
      return attribute.length === 0
        ? this.#ref(logicalId, of)
        : this.#attribute([logicalId, ...attribute], of);
    });
  }
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-2',
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'stack',
  'AWS::NoValue': '',
};

/** The part that a resolved value stands for as a whole; null when it is something else. */
export function partOf(value: unknown): Part | null {
  const match = typeof value === 'string' ? /^\$\{(\w+):([\w-]+)\.(\w+)\}$/.exec(value) : null;
  const [, kind, name, attribute] = match ?? [];
  return kind === undefined || name === undefined || attribute === undefined
    ? null
    : { kind, name, attribute };
}

export function asJson(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${JSON.stringify(value)} is not an object`);
  return value as Json;
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is not a list`);
  return value;
}

export function asText(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is not a text`);
  return value;
}
