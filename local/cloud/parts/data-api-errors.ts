import { DatabaseError } from 'pg';
import { AwsError } from './aws-error.ts';

const QUERY_CANCELED = '57014';
const SYNTAX_ERROR = '42601';
/** Connection failures, too many connections, a server that is going down. */
const UNAVAILABLE = /^(?:08|53300|57P0)/;

/** What the Data API makes of whatever went wrong while a statement ran. */
export function dataApiError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (!(error instanceof DatabaseError)) {
    const why = error instanceof Error ? error.message : String(error);
    return new AwsError(
      'DatabaseUnavailableException',
      `The database does not answer: ${why}`,
      504,
    );
  }
  const code = error.code ?? 'XX000';
  if (code === QUERY_CANCELED)
    return new AwsError('StatementTimeoutException', `Request timed out: ${error.message}`);
  if (code === SYNTAX_ERROR && error.message.startsWith('cannot insert multiple commands'))
    return new AwsError('BadRequestException', "Multistatements aren't supported.");
  if (UNAVAILABLE.test(code))
    return new AwsError('DatabaseUnavailableException', error.message, 504);
  const details = [
    `ERROR: ${error.message}`,
    ...(error.detail === undefined ? [] : [`  Detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`  Hint: ${error.hint}`]),
    ...(error.position === undefined ? [] : [`  Position: ${error.position}`]),
  ];
  return new AwsError('DatabaseErrorException', `${details.join('\n')}; SQLState: ${code}`);
}
