// Packed lists: n tokens of 32 bytes without anything in between, each an item's point or hash. What all parts of this folder share.

/** A token: a u-coordinate, little-endian, or a hash. */
export const tokenBytes = 32;
/** In one list: 2 GiB of tokens, far below what 32-bit places could hold. */
export const tokensMax = 2 ** 26;

/** How many tokens a list holds. @throws {RangeError} when it is not a multiple of 32 bytes, or over 2^26 tokens */
export function tokenCount(list: Uint8Array, name: string): number {
  if (list.length % tokenBytes !== 0)
    throw new RangeError(`${name}: expected a multiple of ${tokenBytes} bytes, got ${list.length}`);
  const count = list.length / tokenBytes;
  if (count > tokensMax) throw new RangeError(`${name}: expected at most ${tokensMax} tokens, got ${count}`);
  return count;
}

/** An item in UTF-8. @throws {RangeError} for a lone surrogate, naming the place of the item, never the item */
export function itemBytes(item: string, index: number): Buffer {
  if (!item.isWellFormed()) throw new RangeError(`items[${index}]: expected Unicode, got a lone surrogate`);
  return Buffer.from(item, 'utf8');
}
