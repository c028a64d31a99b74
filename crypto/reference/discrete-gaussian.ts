// The discrete Gaussian sampler as the paper has it (Canonne, Kamath, Steinke 2020, algorithms 1 to 3), on fractions of big integers, for
// tests only. It reads the same bytes in the same way as the real one, so that both give the same values.

type Fraction = { n: bigint; d: bigint };

const absolute = (a: bigint) => (a < 0n ? -a : a);

/** Integers out of a stream of bytes, the lowest byte first; none lies across the edge of two blocks. */
function reader(stream: Uint8Array, blockBytes: number) {
  let at = 0;
  return (bytes: number): bigint => {
    if ((at % blockBytes) + bytes > blockBytes) at += blockBytes - (at % blockBytes);
    if (at + bytes > stream.length) throw new RangeError('stream: expected more bytes');
    let value = 0n;
    for (let index = 0; index < bytes; index += 1) value += BigInt(stream[at + index]!) << BigInt(8 * index);
    at += bytes;
    return value;
  };
}

/** So many values with this sigma^2. */
export function plainDiscreteGaussians(count: number, sigma2: Fraction, stream: Uint8Array, blockBytes: number): bigint[] {
  const read = reader(stream, blockBytes);
  const below = (limit: bigint): bigint => {
    const bytes = [1, 2, 4, 6].find((size) => 256n ** BigInt(size) >= limit)!;
    for (;;) {
      const drawn = read(bytes);
      if (drawn / limit < 256n ** BigInt(bytes) / limit) return drawn % limit;
    }
  };
  /** Whether a uniform number of [0, 1), known to more and more bits, is below the fraction. */
  const uniformBelow = ({ n, d }: Fraction): boolean => {
    let known = 0n;
    let scale = 1n;
    for (;;) {
      if ((known + 1n) * d <= n * scale) return true;
      if (known * d >= n * scale) return false;
      known = (known << 48n) + read(6);
      scale <<= 48n;
    }
  };
  const bernoulliExp = (gamma: Fraction, happens: () => boolean): boolean => {
    if (gamma.n > gamma.d) {
      for (let k = 1n; k <= gamma.n / gamma.d; k += 1n) if (!bernoulliExp({ n: 1n, d: 1n }, () => true)) return false;
      return bernoulliExp({ n: gamma.n % gamma.d, d: gamma.d }, happens);
    }
    let k = 1n;
    while ((k === 1n || below(k) === 0n) && happens()) k += 1n;
    return k % 2n === 1n;
  };
  const laplace = (t: bigint): bigint => {
    for (;;) {
      const u = t === 1n ? 0n : below(t);
      if (u > 0n && !bernoulliExp({ n: u, d: t }, () => below(t) < u)) continue;
      let v = 0n;
      while (bernoulliExp({ n: 1n, d: 1n }, () => true)) v += 1n;
      const x = u + t * v;
      const negative = below(2n) === 1n;
      if (negative && x === 0n) continue;
      return negative ? -x : x;
    }
  };
  let t = 1n;
  while (t * t * sigma2.d <= sigma2.n) t += 1n;
  return Array.from({ length: count }, () => {
    for (;;) {
      const y = laplace(t);
      // |y| - sigma^2 / t, squared, over 2 sigma^2.
      const off = { n: absolute(y) * sigma2.d * t - sigma2.n, d: sigma2.d * t };
      const gamma = { n: off.n * off.n * sigma2.d, d: off.d * off.d * 2n * sigma2.n };
      const rest = { n: gamma.n > gamma.d ? gamma.n % gamma.d : gamma.n, d: gamma.d };
      if (bernoulliExp(gamma, () => uniformBelow(rest))) return y;
    }
  });
}
