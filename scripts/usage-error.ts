/** What a person typed cannot be used. Says what was given, what is allowed and what to do; ends with exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly what: string;
  readonly allowed: string;
  readonly todo: string;

  constructor(says: { readonly what: string; readonly allowed: string; readonly todo: string }) {
    super(`${says.what}\n  Allowed: ${says.allowed}\n  ${says.todo}`);
    this.what = says.what;
    this.allowed = says.allowed;
    this.todo = says.todo;
  }
}
