// Margins of rows of numbers: every tree over a block of rows, eight rows at a time, so that their walks overlap.
// A leaf leads to itself, so that all rows take the same number of steps and no branch is guessed.

/**
 * A node is 16 bytes: threshold f32, byte offset of the feature in a row u32 with missing left in its top bit, left child as a byte offset
 * from the first node u32 (right is 16 further; a leaf: itself, with an infinite threshold and missing left), value f32.
 */
function next(nodes: usize, node: usize, row: usize): usize {
  const at = nodes + node;
  const rule = load<u32>(at, 4);
  const value = load<f32>(row + <usize>(rule & 0x7fffffff));
  const left = <u32>(value <= load<f32>(at)) | ((rule >> 31) & <u32>!(value <= Infinity));
  return <usize>load<u32>(at, 8) + <usize>((1 - left) << 4);
}

function valueAt(nodes: usize, node: usize): f64 {
  return <f64>load<f32>(nodes + node, 12);
}

function add(place: usize, value: f64): void {
  store<f64>(place, load<f64>(place) + value);
}

/** Adds a tree to margins. @param steps its depth @param stride bytes of a row */
export function predictTree(nodes: usize, steps: u32, rows: usize, count: usize, stride: usize, margins: usize): void {
  let at: usize = 0;
  for (; at + 8 <= count; at += 8) {
    const r0 = rows + at * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const r4 = r3 + stride;
    const r5 = r4 + stride;
    const r6 = r5 + stride;
    const r7 = r6 + stride;
    let a: usize = 0;
    let b: usize = 0;
    let c: usize = 0;
    let d: usize = 0;
    let e: usize = 0;
    let f: usize = 0;
    let g: usize = 0;
    let h: usize = 0;
    for (let left = steps; left > 0; left--) {
      a = next(nodes, a, r0);
      b = next(nodes, b, r1);
      c = next(nodes, c, r2);
      d = next(nodes, d, r3);
      e = next(nodes, e, r4);
      f = next(nodes, f, r5);
      g = next(nodes, g, r6);
      h = next(nodes, h, r7);
    }
    const place = margins + (at << 3);
    add(place, valueAt(nodes, a));
    add(place + 8, valueAt(nodes, b));
    add(place + 16, valueAt(nodes, c));
    add(place + 24, valueAt(nodes, d));
    add(place + 32, valueAt(nodes, e));
    add(place + 40, valueAt(nodes, f));
    add(place + 48, valueAt(nodes, g));
    add(place + 56, valueAt(nodes, h));
  }
  for (; at < count; at++) {
    let a: usize = 0;
    for (let left = steps; left > 0; left--) a = next(nodes, a, rows + at * stride);
    add(margins + (at << 3), valueAt(nodes, a));
  }
}

/** A column's numbers into the rows of a block. */
export function interleave(column: usize, count: usize, out: usize, stride: usize): void {
  for (let at: usize = 0; at < count; at++) store<u32>(out + at * stride, load<u32>(column + (at << 2)));
}
