// Chance for statistics: repeatable from a seed, so that the same training twice is the same bytes. Two ways: a stream of draws, and a
// number for a key that depends on nothing but seed and key, so that rows keep their fold in whatever order they come. Not for secrets.

/** Draws: 32 random bits as a number from 0. */
export type Draw = () => number;

/**
 * Doty-Humphrey's sfc32 (PractRand), seeded through the hash below.
 * @param seed any whole number
 * @param label another label gives an independent stream
 */
export function drawsOf(seed: number, label: string): Draw {
  const hash = hasher(seed);
  let [a, b, c] = [hash(`${label}|a`) | 0, hash(`${label}|b`) | 0, hash(`${label}|c`) | 0];
  let counter = 1;
  const draw = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  for (let round = 0; round < 12; round += 1) draw();
  return draw;
}

/** Whole, from 0 to below `bound` (at most 2^31): by multiplication, off by less than bound / 2^32. */
export function below(draw: Draw, bound: number): number {
  return Math.floor((draw() / 0x100000000) * bound);
}

/**
 * A number of 53 bits for a key, spread evenly: bryc's cyrb53, two multiplicative lanes that MurmurHash3's finish mixes.
 * @throws {RangeError} unless the seed is a safe whole number
 */
export function hasher(seed: number): (key: string | number) => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected a whole number, got ${seed}`);
  const [first, second] = lanes(0xdeadbeef, 0x41c6ce57, `${seed}|`);
  return (key) => {
    let [one, two] = lanes(first, second, typeof key === 'number' ? String(key) : key);
    one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
    two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
    return 0x100000000 * (two & 0x1fffff) + (one >>> 0);
  };
}

function lanes(one: number, two: number, text: string): [number, number] {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  return [one, two];
}
