import type { FieldDef } from 'pg';
import { AwsError } from './aws-error.ts';
import {
  builtInType,
  enumType,
  fieldOf,
  plainValue,
  type Field,
  type ResultType,
  type ReturnTypes,
} from './data-api-fields.ts';
import type { ExecuteRequest } from './data-api-requests.ts';

/** What a statement gave, each value in PostgreSQL's own text. */
export type StatementResult = {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly fields: readonly FieldDef[];
  readonly rowCount: number;
  readonly command: string;
};

/** Limits of the Data API, in bytes of JSON. */
const RESPONSE_LIMIT = 1024 * 1024;
const ROW_LIMIT = 64 * 1024;
const FORMATTED_LIMIT = 10 * 1024 * 1024;

/** What java.sql calls a column of which it is not known whether it may be null. */
const NULLABLE_UNKNOWN = 2;
/** PostgreSQL's type modifiers count four bytes that are no part of the length. */
const MODIFIER_HEADER = 4;

/** Finds what the database says of a type by its number: its name, and its kind (`e` for an enum). */
export type TypeLookup = (
  oid: number,
) => Promise<{ readonly name: string; readonly kind: string } | null>;

/** Makes the Data API's response of a statement's result. */
export class ResultReader {
  readonly #lookup: TypeLookup;
  readonly #ownTypes = new Map<number, ResultType>();

  constructor(lookup: TypeLookup) {
    this.#lookup = lookup;
  }

  /** Throws UnsupportedResultException for a type that the Data API cannot return, BadRequestException beyond its limits. */
  async response(result: StatementResult, request: ExecuteRequest): Promise<object> {
    const { rows, fields, rowCount, command } = result;
    if (fields.length === 0)
      return {
        generatedFields: [],
        numberOfRecordsUpdated: CHANGES.has(command) ? rowCount : 0,
      };
    const types = await Promise.all(fields.map(({ dataTypeID }) => this.#typeOf(dataTypeID)));
    const returns: ReturnTypes = {
      decimals: request.resultSetOptions?.decimalReturnType ?? 'STRING',
      longs: request.resultSetOptions?.longReturnType ?? 'LONG',
    };
    const records = rows.map((row) => recordOf(row, types, returns));
    if (request.formatRecordsAs === 'JSON')
      return { formattedRecords: formatted(records, fields), numberOfRecordsUpdated: 0 };
    checkSize(records);
    return {
      generatedFields: [],
      numberOfRecordsUpdated: 0,
      records,
      ...(request.includeResultMetadata === true
        ? { columnMetadata: fields.map((field, index) => metadataOf(field, types[index])) }
        : {}),
    };
  }

  async #typeOf(oid: number): Promise<ResultType> {
    const known = builtInType(oid) ?? this.#ownTypes.get(oid);
    if (known !== undefined) return known;
    const found = await this.#lookup(oid);
    if (found?.kind !== 'e')
      throw new AwsError(
        'UnsupportedResultException',
        `The result contains the unsupported data type ${found?.name ?? oid}.`,
      );
    const type = enumType(found.name);
    this.#ownTypes.set(oid, type);
    return type;
  }
}

const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function recordOf(
  row: readonly (string | null)[],
  types: readonly ResultType[],
  returns: ReturnTypes,
): readonly Field[] {
  return types.map((type, index) => fieldOf(row[index] ?? null, type, returns));
}

function checkSize(records: readonly (readonly Field[])[]): void {
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    if (size > ROW_LIMIT)
      throw new AwsError(
        'BadRequestException',
        `Database returned a row of ${size} bytes; at most ${ROW_LIMIT} are allowed.`,
      );
    bytes += size;
  }
  if (bytes > RESPONSE_LIMIT)
    throw new AwsError(
      'BadRequestException',
      'Database returned more than the allowed response size limit',
    );
}

function formatted(records: readonly (readonly Field[])[], fields: readonly FieldDef[]): string {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AwsError(
      'UnsupportedResultException',
      `The result has two columns named ${twice}; JSON takes one.`,
    );
  const text = JSON.stringify(
    records.map((record) =>
      Object.fromEntries(record.map((field, index) => [names[index] ?? '', plainValue(field)])),
    ),
  );
  if (Buffer.byteLength(text) > FORMATTED_LIMIT)
    throw new AwsError(
      'BadRequestException',
      'Database returned more than the allowed response size limit',
    );
  return text;
}

/** What the database tells with a result; tables and precisions beyond that are left empty. */
function metadataOf(field: FieldDef, type: ResultType | undefined): object {
  const { dataTypeModifier: modifier } = field;
  const isNumeric = type?.shape === 'decimal' && modifier >= MODIFIER_HEADER;
  const packed = modifier - MODIFIER_HEADER;
  const isNumber = type !== undefined && ['long', 'double', 'decimal'].includes(type.shape);
  return {
    name: field.name,
    label: field.name,
    type: type?.jdbc ?? 0,
    typeName: type?.name ?? '',
    schemaName: '',
    tableName: '',
    precision: isNumeric ? packed >>> 16 : Math.max(modifier - MODIFIER_HEADER, 0),
    scale: isNumeric ? packed & 0xffff : 0,
    nullable: NULLABLE_UNKNOWN,
    isSigned: isNumber,
    isCaseSensitive: !isNumber && type?.shape !== 'boolean',
    isCurrency: false,
    isAutoIncrement: false,
    arrayBaseColumnType: 0,
  };
}
