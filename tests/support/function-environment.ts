import type { VariableName } from '../../shared/contracts/environment/functions.ts';

/** Every variable, as an account would set it. */
export const COMPLETE_ENVIRONMENT: Readonly<Record<VariableName, string>> = {
  FAIRLINE_STAGE: 'paper',
  FAIRLINE_CONFIG: '{"trading":{"maxPositions":3}}',
  FAIRLINE_NAMESPACE: '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11',
  TABLE_PREFIX: 'fairline-test-',
  INTENTS_QUEUE_URL: 'https://sqs.us-east-2.amazonaws.com/000000000000/intents',
  TICKS_QUEUE_URL: 'https://sqs.us-east-2.amazonaws.com/000000000000/ticks',
  HELD_TICKS_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/held-ticks',
  ORDER_UPDATES_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/order-updates',
  HISTORY_QUEUE_URL: 'http://localhost:4566/000000000000/history',
  FEEDER_COMMANDS_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/feeder-commands',
  BUS_NAME: 'fairline-test',
  KALSHI_REST_URL: 'http://127.0.0.1:4000/trade-api/v2',
  KALSHI_WS_URL: 'ws://127.0.0.1:4000/trade-api/ws/v2',
  KALSHI_SECRET_ID: 'fairline/test/kalshi',
  BOLTODDS_WS_URL: 'wss://odds.example/api',
  BOLTODDS_SECRET_ID: 'fairline/test/boltodds',
  SCOREBOARD_URL: 'https://scores.example/apis',
  DATABASE_CLUSTER_ARN: 'arn:aws:rds:us-east-2:000000000000:cluster:fairline',
  DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:us-east-2:000000000000:secret:database',
  DATABASE_NAME: 'fairline',
  RECORDINGS_BUCKET: 'fairline-test-recordings',
  REPORTS_BUCKET: 'fairline-test-reports',
  ALERTS_TOPIC_ARN: 'arn:aws:sns:us-east-2:000000000000:alerts',
};
