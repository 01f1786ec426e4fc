/** Secrets Manager: named texts. They live in memory only. */
export class Secrets {
  readonly #names: ReadonlySet<string>;
  readonly #values = new Map<string, string>();

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Throws for a name that is not in the wiring: the account would not have it either. */
  set(name: string, value: string): void {
    if (!this.#names.has(name)) {
      throw new Error(`there is no secret "${name}"; there are ${this.names.join(', ') || 'none'}`);
    }
    this.#values.set(name, value);
  }

  /** Null when there is no such secret, or it was never given a value. */
  get(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
}
