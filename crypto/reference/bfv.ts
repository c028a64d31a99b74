// BFV written plainly, for tests only: Fan and Vercauteren, "Somewhat practical fully homomorphic encryption", 2012, section 4, in BigInt,
// with polynomials as arrays of coefficients modulo X^n + 1. Beside it what SEAL adds to the textbook: values in slots, keys kept as values at the odd
// powers of a root, and encryption modulo q p that is then divided by p.

export type Poly = readonly bigint[];
export type Ciphertext = readonly [c0: Poly, c1: Poly];

/** Where its randomness comes from: small numbers -1, 0, 1; errors, small too; numbers below a modulus. */
export type Draws = { ternary(): bigint; error(): bigint; below(modulus: bigint): bigint };
export type Ring = { readonly n: number; readonly q: bigint; readonly t: bigint };

export const mod = (a: bigint, q: bigint): bigint => ((a % q) + q) % q;
/** The one nearest to zero. */
export const centred = (a: bigint, q: bigint): bigint => (mod(a, q) > q / 2n ? mod(a, q) - q : mod(a, q));
/** To the nearest integer, halves up; b is positive. */
export const roundedQuotient = (a: bigint, b: bigint): bigint => {
  const twice = 2n * a + b;
  const down = twice / (2n * b);
  return twice < 0n && down * 2n * b !== twice ? down - 1n : down;
};
const sum = (a: Poly, b: Poly, q: bigint): bigint[] => a.map((x, i) => mod(x + b[i]!, q));
const drawn = (n: number, draw: () => bigint): bigint[] => Array.from({ length: n }, draw);

/** The product modulo X^n + 1 and q, term by term. */
export function multiplyPlainly(a: Poly, b: Poly, q: bigint): bigint[] {
  const n = a.length;
  const out: bigint[] = new Array(n).fill(0n);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      const at = (i + j) % n;
      out[at] = mod(out[at]! + (i + j < n ? x * y : -x * y), q);
    });
  });
  return out;
}

export function newTextbookKeys({ n, q }: Ring, draws: Draws): { s: Poly; pk: Ciphertext } {
  const s = drawn(n, draws.ternary);
  const a = drawn(n, () => draws.below(q));
  const as = multiplyPlainly(a, s, q);
  return { s, pk: [as.map((x) => mod(-(x + draws.error()), q)), a] };
}

/** Delta = floor(q / t), as in the paper. */
export function encryptTextbook({ n, q, t }: Ring, [b, a]: Ciphertext, m: Poly, draws: Draws): Ciphertext {
  const u = drawn(n, draws.ternary);
  const part = (key: Poly) => sum(multiplyPlainly(key, u, q), drawn(n, draws.error), q);
  const c0 = part(b);
  return [c0.map((x, i) => mod(x + (q / t) * m[i]!, q)), part(a)];
}

export const add = (x: Ciphertext, y: Ciphertext, q: bigint): Ciphertext => [sum(x[0], y[0], q), sum(x[1], y[1], q)];

/** From c0 + c1 s to the message. */
export const scaledDown = (phase: Poly, { q, t }: Ring): bigint[] =>
  phase.map((x) => mod(roundedQuotient(t * centred(x, q), q), t));

export function decryptTextbook(ring: Ring, s: Poly, [c0, c1]: Ciphertext): bigint[] {
  return scaledDown(sum(c0, multiplyPlainly(c1, s, ring.q), ring.q), ring);
}

export function power(base: bigint, exponent: bigint, q: bigint): bigint {
  let [result, square, left] = [1n, base % q, exponent];
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % q;
    square = (square * square) % q;
  }
  return result;
}

/** The smallest root of X^n + 1 modulo a prime that is 1 modulo 2 n: the one that SEAL takes. */
export function smallestRoot(n: number, prime: bigint): bigint {
  const exponent = (prime - 1n) / BigInt(2 * n);
  let root = 0n;
  for (let base = 2n; power(root, BigInt(n), prime) !== prime - 1n; base += 1n) root = power(base, exponent, prime);
  const square = (root * root) % prime;
  let smallest = root;
  for (let i = 1; i < n; i += 1) {
    root = (root * square) % prime;
    if (root < smallest) smallest = root;
  }
  return smallest;
}

/** Values at 1, w, w^2 ... (Cooley and Tukey 1965). */
function transform(a: Poly, w: bigint, q: bigint): bigint[] {
  if (a.length === 1) return [...a];
  const even = transform(
    a.filter((_, i) => i % 2 === 0),
    (w * w) % q,
    q,
  );
  const odd = transform(
    a.filter((_, i) => i % 2 === 1),
    (w * w) % q,
    q,
  );
  const out: bigint[] = new Array(a.length);
  let at = 1n;
  for (let i = 0; i < even.length; i += 1) {
    const turned = (at * odd[i]!) % q;
    out[i] = (even[i]! + turned) % q;
    out[i + even.length] = mod(even[i]! - turned, q);
    at = (at * w) % q;
  }
  return out;
}

const twisted = (a: Poly, by: bigint, q: bigint) => {
  let factor = 1n;
  return a.map((x) => {
    const out = (x * factor) % q;
    factor = (factor * by) % q;
    return out;
  });
};

/** Values at root, root^3, root^5 ... */
export const atOddPowers = (a: Poly, root: bigint, q: bigint): bigint[] => transform(twisted(a, root, q), (root * root) % q, q);

export function fromOddPowers(values: Poly, root: bigint, q: bigint): bigint[] {
  const inverse = power(root, q - 2n, q);
  const inverseLength = power(BigInt(values.length), q - 2n, q);
  const plain = transform(values, (inverse * inverse) % q, q);
  return twisted(plain, inverse, q).map((x) => (x * inverseLength) % q);
}

/** SEAL stores the value at root^(2 j + 1) at the place whose bits are those of j backwards. The same function leads back. */
export function bitReversed(values: Poly): bigint[] {
  const bits = Math.log2(values.length);
  const reversed = (index: number) => {
    let out = 0;
    for (let bit = 0; bit < bits; bit += 1) out |= ((index >> bit) & 1) << (bits - 1 - bit);
    return out;
  };
  return values.map((_, i) => values[reversed(i)]!);
}

/** Slot i is the value at root^(3^i), and slot n/2 + i that at root^(-3^i): where in atOddPowers() they stand. */
function slotPlaces(n: number): number[] {
  const places: number[] = new Array(n);
  let exponent = 1;
  for (let i = 0; i < n / 2; i += 1) {
    places[i] = (exponent - 1) / 2;
    places[n / 2 + i] = (2 * n - exponent - 1) / 2;
    exponent = (exponent * 3) % (2 * n);
  }
  return places;
}

export function toSlots(m: Poly, t: bigint): bigint[] {
  const values = atOddPowers(m, smallestRoot(m.length, t), t);
  return slotPlaces(m.length).map((place) => values[place]!);
}

export function fromSlots(slots: Poly, t: bigint): bigint[] {
  const values: bigint[] = new Array(slots.length);
  slotPlaces(slots.length).forEach((place, i) => {
    values[place] = slots[i]!;
  });
  return fromOddPowers(values, smallestRoot(slots.length, t), t);
}

/** The product modulo X^n + 1, for degrees that are too large to go term by term. */
export function multiply(a: Poly, b: Poly, root: bigint, q: bigint): bigint[] {
  const right = atOddPowers(b, root, q);
  return fromOddPowers(
    atOddPowers(a, root, q).map((x, i) => (x * right[i]!) % q),
    root,
    q,
  );
}
