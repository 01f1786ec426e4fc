import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Objects of one bucket: reports and segments of recordings. Keys hold `/`; a put replaces what was there. */
export class S3Objects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: { readonly client: S3Client; readonly bucket: string }) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(object: {
    readonly key: string;
    readonly body: string | Uint8Array;
    readonly contentType: string;
  }): Promise<void> {
    const bytes =
      typeof object.body === 'string' ? new TextEncoder().encode(object.body) : object.body;
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: object.key,
        Body: bytes,
        // Said outright: of an empty body the client does not know it, and warns on the console.
        ContentLength: bytes.byteLength,
        ContentType: object.contentType,
      }),
    );
  }

  /** Null when there is no such object. */
  async text(key: string): Promise<string | null> {
    const bytes = await this.bytes(key);
    return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  }

  /** Null when there is no such object. */
  async bytes(key: string): Promise<Uint8Array | null> {
    try {
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
      const { Body } = await this.#client.send(command);
      return Body === undefined ? new Uint8Array() : await Body.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }
}
