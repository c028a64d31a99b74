// What can be wrong with foreign bytes, sums and keys of this folder, as codes. The messages name sizes, places and parameters, never a value.

export type HeErrorCode =
  /** No row of the table has this name. */
  | 'unknown-parameters'
  /** SEAL makes other numbers than the table says, or calls them unsafe: nothing may be computed. */
  | 'parameters-differ'
  /** Not bytes of this folder, or of another kind than was asked for. */
  | 'malformed'
  /** Made under another row of the table, or another version of it. */
  | 'other-parameters'
  /** Made for another key than the one at hand. */
  | 'other-key'
  | 'wrong-length'
  /** A coefficient is not below its prime. */
  | 'out-of-range'
  /** A ciphertext or key whose random part is zero: everybody could read what it holds. */
  | 'transparent'
  /** One more than the noise bound allows. */
  | 'too-many-addends'
  | 'nothing-added'
  /** What would come out is garbage: another key's ciphertext, too many additions, or noise put in on purpose. */
  | 'noise-exhausted'
  | 'disposed'
  /** SEAL itself refused or failed. */
  | 'seal';

export class HeError extends Error {
  readonly code: HeErrorCode;
  constructor(code: HeErrorCode, message: string) {
    super(message);
    this.name = 'HeError';
    this.code = code;
  }
}
