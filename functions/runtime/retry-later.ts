/** The message cannot be processed yet and is to be delivered again. Nothing is wrong. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
