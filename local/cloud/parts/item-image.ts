import type { AttributeValue as SdkValue } from '@aws-sdk/client-dynamodb-streams';
import type { AttributeValue } from 'aws-lambda';
import type { ItemImage } from '../stream-source.ts';

/** An item as the SDK gives it, as a function gets it: bytes are base64 text there. */
export function imageOf(item: Readonly<Record<string, SdkValue>>): ItemImage {
  return mapValues(item);
}

function mapValues(item: Readonly<Record<string, SdkValue>>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: SdkValue): AttributeValue {
  if (value.M !== undefined) return { M: mapValues(value.M) };
  if (value.L !== undefined) return { L: value.L.map(valueOf) };
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.SS !== undefined) return { SS: value.SS };
  if (value.NS !== undefined) return { NS: value.NS };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL !== undefined) return { NULL: value.NULL };
  throw new Error(`An attribute of type ${Object.keys(value).join()} is none of DynamoDB's.`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
