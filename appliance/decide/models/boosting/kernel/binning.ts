// From numbers to bins: a radix sort that gives exact quantiles, and the search that puts each number into its bin.

/** A single-precision number as an unsigned integer of the same order; -0 counts as 0. */
function keyOf(bits: u32): u32 {
  if (bits === 0x80000000) bits = 0;
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

/** Radices of 11, 11 and 10 bits: three passes, and counters that stay in the first cache. */
const radix: usize = 2048;

/**
 * Sorts the numbers at `values`, NaN left out, through `spare` of the same size, with 3 x 2048 counters of 32 bits.
 * @returns how many there are; -1 when one is infinite. They lie at `values` again.
 */
export function sortNumbers(values: usize, count: usize, spare: usize, counters: usize): i32 {
  memory.fill(counters, 0, 3 * radix * 4);
  let kept: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const bits = load<u32>(values + (at << 2));
    const magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) continue;
    if (magnitude === 0x7f800000) return -1;
    const key = keyOf(bits);
    store<u32>(values + (kept << 2), key);
    kept++;
    bump(counters + ((<usize>(key & 0x7ff)) << 2));
    bump(counters + ((radix + <usize>((key >> 11) & 0x7ff)) << 2));
    bump(counters + ((2 * radix + <usize>(key >> 22)) << 2));
  }
  for (let pass: usize = 0; pass < 3; pass++) {
    let sum: u32 = 0;
    const base = counters + ((pass * radix) << 2);
    for (let at: usize = 0; at < radix; at++) {
      const here = load<u32>(base + (at << 2));
      store<u32>(base + (at << 2), sum);
      sum += here;
    }
  }
  spread(values, spare, kept, counters, 0, 0x7ff);
  spread(spare, values, kept, counters + radix * 4, 11, 0x7ff);
  spread(values, spare, kept, counters + radix * 8, 22, 0x3ff);
  for (let at: usize = 0; at < kept; at++) {
    const key = load<u32>(spare + (at << 2));
    store<u32>(values + (at << 2), key >> 31 ? key & 0x7fffffff : ~key);
  }
  return <i32>kept;
}

function bump(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

function spread(from: usize, to: usize, count: usize, counters: usize, shift: u32, mask: u32): void {
  for (let at: usize = 0; at < count; at++) {
    const key = load<u32>(from + (at << 2));
    const place = counters + ((<usize>((key >> shift) & mask)) << 2);
    const next = load<u32>(place);
    store<u32>(place, next + 1);
    store<u32>(to + ((<usize>next) << 2), key);
  }
}

function step(edges: usize, at: usize, by: usize, value: f32): usize {
  return load<f32>(edges + ((at + by - 1) << 2)) < value ? at + by : at;
}

function place(out: usize, bin: usize, value: f32, missing: u32): void {
  store<u8>(out, value <= Infinity ? <u32>bin : missing);
}

/**
 * Puts numbers into bins: the first whose edge is not below. Four at a time, so that four searches wait for memory together.
 * @param edges `wide` x 2 - 1 of them rising, filled up with infinity
 * @param wide the first step of the search, a power of two
 * @param out the first row's byte; the next row's is `stride` further
 * @returns 1 when a number is infinite
 */
export function assign(values: usize, count: usize, edges: usize, wide: usize, missing: u32, out: usize, stride: usize): u32 {
  let infinite: u32 = 0;
  let at: usize = 0;
  for (; at + 4 <= count; at += 4) {
    const a = load<f32>(values + (at << 2));
    const b = load<f32>(values + (at << 2), 4);
    const c = load<f32>(values + (at << 2), 8);
    const d = load<f32>(values + (at << 2), 12);
    let i: usize = 0;
    let j: usize = 0;
    let k: usize = 0;
    let l: usize = 0;
    for (let by = wide; by > 0; by >>= 1) {
      i = step(edges, i, by, a);
      j = step(edges, j, by, b);
      k = step(edges, k, by, c);
      l = step(edges, l, by, d);
    }
    place(out, i, a, missing);
    place(out + stride, j, b, missing);
    place(out + 2 * stride, k, c, missing);
    place(out + 3 * stride, l, d, missing);
    infinite |= <u32>(abs(a) === Infinity) | <u32>(abs(b) === Infinity) | <u32>(abs(c) === Infinity) | <u32>(abs(d) === Infinity);
    out += 4 * stride;
  }
  for (; at < count; at++) {
    const a = load<f32>(values + (at << 2));
    let i: usize = 0;
    for (let by = wide; by > 0; by >>= 1) i = step(edges, i, by, a);
    place(out, i, a, missing);
    infinite |= <u32>(abs(a) === Infinity);
    out += stride;
  }
  return infinite;
}
