// From pairs to persons.
export type Links = { left: Int32Array; right: Int32Array; bits: Float32Array };

export function clusterLinks(rowCount: number, links: Links, mergeBits: number): Int32Array {
  const parent = Int32Array.from({ length: rowCount }, (_, i) => i);
  const find = (x: number): number => {
    while (parent[x] !== x) {
      parent[x] = parent[parent[x]!]!;
      x = parent[x]!;
    }
    return x;
  };
  for (let i = 0; i < links.bits.length; i++) {
    if (links.bits[i]! < mergeBits) continue;
    const a = find(links.left[i]!);
    const b = find(links.right[i]!);
    if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
  }
  return Int32Array.from({ length: rowCount }, (_, i) => find(i));
}
