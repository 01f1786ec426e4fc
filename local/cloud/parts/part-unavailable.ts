/** A program that the local cloud is made of is missing or does not start. The message says which, why and what to do. */
export class PartUnavailable extends Error {
  override readonly name = 'PartUnavailable';
}
