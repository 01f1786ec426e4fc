/** Where whole files are kept, such as reports. Putting a key again replaces what it held. */
export interface ObjectStore {
  put(object: {
    readonly key: string;
    readonly body: string | Uint8Array;
    readonly contentType: string;
  }): Promise<void>;
}
