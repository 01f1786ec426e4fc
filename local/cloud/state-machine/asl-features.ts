import { INTRINSICS } from './intrinsics.ts';

/** The comparison operators of choices. */
const ORDERED = ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const COMPARISONS = [
  ...['String', 'Numeric', 'Timestamp'].flatMap((kind) =>
    ORDERED.flatMap((order) => [`${kind}${order}`, `${kind}${order}Path`]),
  ),
  'BooleanEquals',
  'BooleanEqualsPath',
  'StringMatches',
  'IsPresent',
  'IsNull',
  'IsString',
  'IsNumeric',
  'IsBoolean',
  'IsTimestamp',
];

const IN_AND_OUT = ['InputPath', 'OutputPath'];
const NEXT = ['Next', 'End'];
const RESULT = ['ResultSelector', 'ResultPath'];
const HANDLED = ['Retry', 'Catch'];

/**
 * What of the Amazon States Language is served here, JSONPath only. A machine that uses more is refused when it is
 * loaded, and a test holds the deployed machines to it.
 */
export const ASL_FEATURES = {
  machine: ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'QueryLanguage', 'Version'],
  /** A branch or an item processor. */
  level: ['Comment', 'StartAt', 'States', 'QueryLanguage'],
  states: {
    Task: [
      'Resource',
      'Parameters',
      'TimeoutSeconds',
      ...IN_AND_OUT,
      ...RESULT,
      ...HANDLED,
      ...NEXT,
    ],
    Choice: ['Choices', 'Default', ...IN_AND_OUT],
    Wait: ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath', ...IN_AND_OUT, ...NEXT],
    Pass: ['Result', 'Parameters', 'ResultPath', ...IN_AND_OUT, ...NEXT],
    Map: [
      'ItemProcessor',
      'Iterator',
      'ItemsPath',
      'ItemSelector',
      'Parameters',
      'MaxConcurrency',
      ...IN_AND_OUT,
      ...RESULT,
      ...HANDLED,
      ...NEXT,
    ],
    Parallel: ['Branches', 'Parameters', ...IN_AND_OUT, ...RESULT, ...HANDLED, ...NEXT],
    Succeed: IN_AND_OUT,
    Fail: ['Error', 'Cause', 'ErrorPath', 'CausePath'],
  },
  everyState: ['Type', 'Comment', 'QueryLanguage'],
  /** Beside the ARN of a function itself. */
  resources: ['arn:aws:states:::lambda:invoke'],
  retry: [
    'ErrorEquals',
    'IntervalSeconds',
    'BackoffRate',
    'MaxAttempts',
    'MaxDelaySeconds',
    'JitterStrategy',
    'Comment',
  ],
  catch: ['ErrorEquals', 'Next', 'ResultPath', 'Comment'],
  comparisons: COMPARISONS,
  booleans: ['And', 'Or', 'Not'],
  intrinsics: INTRINSICS,
} as const;

export type StateType = keyof typeof ASL_FEATURES.states;
