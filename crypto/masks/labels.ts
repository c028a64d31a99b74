// What every secret of a sum is bound to: session, number of the sum, members. One encoding of it into bytes for all derivations, commitments
// and seals, so that no two things that differ are ever derived under one label.

/** One sum: the session's name, and the sum's number in it. Every sum has secrets of its own. */
export type SumPlace = { readonly session: string; readonly index: number };

export const maskLimits = {
  /** With two, each has the other's value from the sum. */
  membersMin: 3,
  /** Shares lie at the 255 points of GF(256) that are not zero. */
  membersMax: 255,
  sessionLengthMax: 128,
  indexMax: 2 ** 32 - 1,
  /** 64 MB of residues. */
  valuesMax: 2 ** 24,
} as const;

const memberPattern = /^[0-9a-f]{1,64}$/;

/**
 * A purpose and its fields as bytes: of each, u32 big-endian its length, then itself (texts in UTF-8, numbers in decimal). Whoever adds a
 * field, or changes their order, changes the purpose's version.
 */
export function labelled(purpose: string, ...fields: readonly (string | number | Uint8Array)[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of [`holdfast/masks/${purpose}/v1`, ...fields]) {
    const bytes = field instanceof Uint8Array ? field : Buffer.from(String(field), 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** @throws {RangeError} for a session without a name, or a number that is none */
export function checkPlace({ session, index }: SumPlace): void {
  const { sessionLengthMax, indexMax } = maskLimits;
  if (session.length < 1 || session.length > sessionLengthMax || !session.isWellFormed()) {
    throw new RangeError(`session: expected 1 to ${sessionLengthMax} characters of Unicode, got ${session.length}`);
  }
  if (!Number.isInteger(index) || index < 0 || index > indexMax) {
    throw new RangeError(`index: expected an integer from 0 to ${indexMax}, got ${index}`);
  }
}

/** Members are told apart, and put in order, by their id's text: lower-case hex digits. */
export function checkMember(name: string, id: string): void {
  if (!memberPattern.test(id)) throw new RangeError(`${name}: expected 1 to 64 lower-case hex digits, got "${id}"`);
}

/**
 * How `own` takes the mask that it has with `peer`: the lower id adds it, the higher takes it off.
 * @throws {RangeError} when they are one
 */
export function pairSign(own: string, peer: string): 1 | -1 {
  checkMember('own', own);
  checkMember('peer', peer);
  if (own === peer) throw new RangeError(`peer: expected another member than ${own}`);
  return own < peer ? 1 : -1;
}

export function checkBytes(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${name}: expected ${length} bytes, got ${bytes.length}`);
}

export const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
