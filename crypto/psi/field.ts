// The field of Curve25519, integers modulo 2^255 - 19, as far as coordinates of points need it: bytes in and out, reduction, and many
// inversions for the price of one. BigInt takes time that depends on the values: for points that are not secret, never for a scalar.

export const fieldPrime = 2n ** 255n - 19n;
const fieldBytes = 32;

/** 32 bytes, little-endian; not reduced. */
export function toField(bytes: Buffer): bigint {
  return (
    bytes.readBigUInt64LE(0) |
    (bytes.readBigUInt64LE(8) << 64n) |
    (bytes.readBigUInt64LE(16) << 128n) |
    (bytes.readBigUInt64LE(24) << 192n)
  );
}

/** Writes 32 bytes, little-endian. */
export function fromField(value: bigint, out: Buffer, at: number): void {
  out.writeBigUInt64LE(BigInt.asUintN(64, value), at);
  out.writeBigUInt64LE(BigInt.asUintN(64, value >> 64n), at + 8);
  out.writeBigUInt64LE(BigInt.asUintN(64, value >> 128n), at + 16);
  out.writeBigUInt64LE(value >> 192n, at + 24);
}

/** Bytes of any length as a big-endian number (RFC 8017's OS2IP), modulo the prime, as 32 bytes little-endian. */
export function reduced(bytes: Buffer): Buffer {
  const out = Buffer.alloc(fieldBytes);
  fromField(BigInt(`0x${bytes.toString('hex')}`) % fieldPrime, out, 0);
  return out;
}

/** Inverses by Montgomery's trick: three multiplications each and one inversion for all. Takes reduced values; zero has no inverse and stays zero. */
export function invertAll(values: readonly bigint[]): bigint[] {
  const before = new Array<bigint>(values.length);
  let product = 1n;
  for (const [index, value] of values.entries()) {
    before[index] = product;
    if (value !== 0n) product = (product * value) % fieldPrime;
  }
  let inverse = invert(product);
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index]!;
    if (value === 0n) before[index] = 0n;
    else {
      before[index] = (before[index]! * inverse) % fieldPrime;
      inverse = (inverse * value) % fieldPrime;
    }
  }
  return before;
}

/** Euclid's algorithm. */
function invert(value: bigint): bigint {
  let [a, b] = [fieldPrime, value % fieldPrime];
  let [x, y] = [0n, 1n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + fieldPrime : x;
}
