// What a customer says about an ONNX model of their own: which columns go into which input, and what comes out. And the tensors that follow.

import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { Fault } from '../../../core/errors.ts';
import { columnOf, levelAt, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import { plainText } from '../scoring/features.ts';
import type { Row } from '../scoring/scoring.ts';

export const signatureLimits = { inputs: 2_000, columns: 10_000, nameLength: 1_000 } as const;

/** Element types that inputs may have, by the names of the format, and what onnxruntime calls them. */
export const runtimeTypes = Object.freeze({
  float: 'float32',
  double: 'float64',
  int32: 'int32',
  int64: 'int64',
  string: 'string',
});
export type InputType = keyof typeof runtimeTypes;
/** Milliseconds of the unit that times go in as. */
const timeUnitsMs = Object.freeze({ days: 86_400_000, seconds: 1000, milliseconds: 1 });

export type SignatureInput = {
  readonly name: string;
  readonly type: InputType;
  /** One for each of the second dimension: the input is [N, columns]. */
  readonly columns: readonly string[];
  /** Of the columns that are times: the unit they go in as, since 1970. Milliseconds do not fit `float`. */
  readonly times?: { readonly columns: readonly string[]; readonly unit: keyof typeof timeUnitsMs };
  /** What goes in where a value is missing; default NaN or ''. Integers have neither and must say. */
  readonly missing?: number | string;
};
export type Signature = {
  readonly inputs: readonly SignatureInput[];
  readonly output: {
    readonly name: string;
    /** Of an output [N, K]: which of the K; 0 unless given. */
    readonly at?: number;
    /** `probability`: 0 to 1, checked. `value`: any finite number. */
    readonly meaning: 'probability' | 'value';
  };
};

const name = Type.String({ minLength: 1, maxLength: signatureLimits.nameLength });
const columns = Type.Array(name, { minItems: 1, maxItems: signatureLimits.columns, uniqueItems: true });
const exact = { additionalProperties: false } as const;
const schema = Type.Object(
  {
    inputs: Type.Array(
      Type.Object(
        {
          name,
          type: Type.Union(Object.keys(runtimeTypes).map((type) => Type.Literal(type))),
          columns,
          times: Type.Optional(
            Type.Object({ columns, unit: Type.Union(Object.keys(timeUnitsMs).map((unit) => Type.Literal(unit))) }, exact),
          ),
          missing: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: signatureLimits.nameLength })])),
        },
        exact,
      ),
      { minItems: 1, maxItems: signatureLimits.inputs },
    ),
    output: Type.Object(
      {
        name,
        at: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
        meaning: Type.Union([Type.Literal('probability'), Type.Literal('value')]),
      },
      exact,
    ),
  },
  exact,
);
const check = new Ajv({ strict: false }).compile(schema);

/** @throws {Fault} `model_invalid`; `where` says the place and what is expected there */
export function parseSignature(json: unknown): Signature {
  if (!check(json)) {
    const [first] = check.errors ?? [];
    throw new Fault('model_invalid', `signature${(first?.instancePath ?? '').replaceAll('/', '.')}: ${first?.message}`);
  }
  const signature = json as Signature;
  const names = signature.inputs.map((input) => input.name);
  if (new Set(names).size !== names.length) throw new Fault('model_invalid', 'signature.inputs: must not name an input twice');
  for (const [at, input] of signature.inputs.entries()) {
    const place = `signature.inputs.${at}`;
    const text = input.type === 'string';
    if (input.missing !== undefined && (typeof input.missing === 'string') !== text)
      throw new Fault('model_invalid', `${place}.missing: must be ${text ? 'text' : 'a number'}`);
    if (input.times && text) throw new Fault('model_invalid', `${place}.times: must not be of an input of text`);
    if (!(input.times?.columns ?? []).every((column) => input.columns.includes(column)))
      throw new Fault('model_invalid', `${place}.times.columns: must be columns of the input`);
  }
  return signature;
}

/** A tensor as it is sent to the process that runs the model. */
export type Packed = {
  readonly name: string;
  readonly type: InputType;
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | string[];
  readonly dims: readonly [number, number];
};

/** Of a column, what stands in a row; undefined is missing. */
export type Source = (column: string) => (row: number) => number | string | undefined;

/** Rows by the names of their columns. */
export function sourceOfRows(rows: readonly Row[]): Source {
  return (column) => (at) => {
    const row = rows[at]!;
    return Object.hasOwn(row, column) ? row[column] : undefined;
  };
}

/** Rows of a matrix from `first` on. @throws {Fault} `model_invalid` for a column that it has not */
export function sourceOfMatrix(matrix: Matrix, first: number): Source {
  return (name) => {
    const column = columnOf(matrix, name);
    if (!column) throw new Fault('model_invalid', `${name}: the data has no such column`);
    return column.kind === 'category' ? (at) => levelAt(column, first + at) : (at) => numberAt(column, first + at);
  };
}

/**
 * @returns one tensor [rows, columns] for each input
 * @throws {Fault} `bad_request` for text where a number is wanted or the other way round, and for what is missing or not whole where the
 *   input has integers
 */
export function pack(signature: Signature, rows: number, source: Source): Packed[] {
  return signature.inputs.map((input) => {
    const width = input.columns.length;
    const dims = [rows, width] as const;
    if (input.type === 'string') {
      const data = new Array<string>(rows * width);
      input.columns.forEach((column, at) => {
        const cell = source(column);
        for (let row = 0; row < rows; row += 1) data[row * width + at] = textOf(cell(row), column, input);
      });
      return { name: input.name, type: input.type, data, dims };
    }
    const numbers = new Float64Array(rows * width);
    input.columns.forEach((column, at) => {
      const cell = source(column);
      const unit = input.times?.columns.includes(column) ? timeUnitsMs[input.times.unit] : 1;
      for (let row = 0; row < rows; row += 1) numbers[row * width + at] = numberOf(cell(row), column, unit, input);
    });
    return { name: input.name, type: input.type, data: numbersAs(input, numbers), dims };
  });
}

function textOf(cell: number | string | undefined, column: string, input: SignatureInput): string {
  const value = cell ?? (input.missing as string | undefined) ?? '';
  if (typeof value !== 'string') throw new Fault('bad_request', `${column}: expected text`);
  return plainText(value);
}

/** What goes in for a missing value is in the unit of the input already. */
function numberOf(cell: number | string | undefined, column: string, unit: number, input: SignatureInput): number {
  if (typeof cell === 'string') throw new Fault('bad_request', `${column}: expected a number`);
  if (cell !== undefined && !Number.isNaN(cell)) return cell / unit;
  return (input.missing as number | undefined) ?? Number.NaN;
}

function numbersAs({ name, type }: SignatureInput, numbers: Float64Array): Exclude<Packed['data'], string[]> {
  if (type === 'double') return numbers;
  if (type === 'float') return Float32Array.from(numbers);
  const limit = type === 'int32' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  if (!numbers.every((value) => Number.isInteger(value) && Math.abs(value) <= limit))
    throw new Fault('bad_request', `${name}: expected whole numbers, and "missing" in the signature where there is none`);
  return type === 'int32' ? Int32Array.from(numbers) : BigInt64Array.from(numbers, (value) => BigInt(value));
}
