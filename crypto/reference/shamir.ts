// Shamir's scheme over GF(256) in plain code, for tests only: multiplication bit by bit, division by trying all, and Lagrange's
// formula as the books have it. A share is the secret's bytes at x, then x itself, as shamir-secret-sharing lays them out.

/** Modulo x^8 + x^4 + x^3 + x + 1. */
export function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 15; bit >= 8; bit -= 1) {
    if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  }
  return product;
}

export function divide(a: number, b: number): number {
  for (let q = 0; q < 256; q += 1) if (multiply(q, b) === a) return q;
  throw new RangeError('divide: expected a divisor other than 0, got 0');
}

/** `coefficients[i]` are those of byte i of the secret, of degrees 1 and up. */
export function plainShare(secret: Uint8Array, coefficients: readonly (readonly number[])[], x: number): Uint8Array {
  const share = new Uint8Array(secret.length + 1);
  secret.forEach((byte, i) => {
    let power = 1;
    let y = byte;
    for (const coefficient of coefficients[i] ?? []) {
      power = multiply(power, x);
      y ^= multiply(coefficient, power);
    }
    share[i] = y;
  });
  share[secret.length] = x;
  return share;
}

export function plainCombine(shares: readonly Uint8Array[]): Uint8Array {
  const length = (shares[0]?.length ?? 1) - 1;
  return Uint8Array.from({ length }, (_, i) =>
    shares.reduce((sum, share) => {
      const x = share[length]!;
      const basis = shares
        .filter((other) => other !== share)
        .reduce((product, other) => multiply(product, divide(other[length]!, other[length]! ^ x)), 1);
      return sum ^ multiply(share[i]!, basis);
    }, 0),
  );
}
