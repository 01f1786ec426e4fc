import type { FunctionName } from '../../shared/contracts/environment/functions.ts';
import type { TableName } from '../../shared/contracts/environment/tables.ts';

/** What is done to a table, as IAM calls it. A transaction needs the actions of its parts. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

export type TableAccess = Readonly<Partial<Record<TableName, readonly TableAction[]>>>;

const READ_WRITE: readonly TableAction[] = ['GetItem', 'PutItem', 'ConditionCheckItem'];

/**
 * What moving one order on touches: its market’s rows, the room it holds, the causes it raises, the journal, and the
 * tokens of its requests.
 */
const ORDER_STEP: TableAccess = {
  journal: ['PutItem'],
  orders: [...READ_WRITE, 'BatchGetItem', 'Scan'],
  'open-orders': ['Scan', 'PutItem', 'DeleteItem'],
  positions: READ_WRITE,
  ownership: READ_WRITE,
  fills: ['GetItem', 'PutItem'],
  headroom: ['GetItem', 'UpdateItem'],
  'trading-state': [...READ_WRITE, 'Scan', 'DeleteItem'],
  'rate-limits': ['UpdateItem'],
};
const DECISIONS: readonly TableAction[] = ['BatchGetItem', 'PutItem'];
const SETTLEMENTS: readonly TableAction[] = ['GetItem', 'PutItem'];

/** The whole of recovery: every table of the order path, and the room of all scopes. */
const RECOVERY: TableAccess = {
  ...ORDER_STEP,
  positions: [...READ_WRITE, 'Scan'],
  headroom: ['GetItem', 'UpdateItem', 'Scan'],
  settlements: SETTLEMENTS,
  lease: ['GetItem', 'ConditionCheckItem'],
};

/** Which function does what to which table; a table that is not named is not reached. */
export const TABLE_ACCESS: Readonly<Record<FunctionName, TableAccess>> = {
  'score-edges': {},
  'place-order': {
    ...ORDER_STEP,
    lease: ['GetItem', 'ConditionCheckItem'],
    decisions: DECISIONS,
  },
  'apply-order-update': ORDER_STEP,
  'evaluate-exits': { ...ORDER_STEP, lease: ['GetItem'], decisions: DECISIONS },
  'settle-market': { ...ORDER_STEP, settlements: SETTLEMENTS },
  'write-ledger': {},
  'write-history': {},
  reconcile: RECOVERY,
  watchdog: {
    lease: ['GetItem'],
    'open-orders': ['Scan'],
    orders: ['BatchGetItem'],
    positions: ['Scan'],
    'trading-state': ['GetItem', 'Scan', 'PutItem', 'DeleteItem'],
  },
  'build-report': {
    orders: ['Scan'],
    fills: ['Scan'],
    positions: ['Scan'],
    decisions: ['Scan'],
  },
  'review-data': {},
};

/** The feeder recovers like reconcile when it starts, and alone writes the lease. */
export const FEEDER_TABLE_ACCESS: TableAccess = {
  ...RECOVERY,
  lease: READ_WRITE,
  decisions: DECISIONS,
};
