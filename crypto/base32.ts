// Crockford's base32: 32 signs that a person can read aloud and type. There is no I, L, O or U; I and L are read as 1, O as 0,
// small letters as capitals, full-width signs as plain ones; spaces and hyphens are for the eye only.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const values = new Map([...alphabet].map((sign, value) => [sign, value] as const));
for (const [twin, sign] of [
  ['I', '1'],
  ['L', '1'],
  ['O', '0'],
] as const)
  values.set(twin, values.get(sign) as number);

/** Five bits a sign, the last sign padded with zero bits. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31];
  return text;
}

/** undefined when a sign is not of the alphabet, the length fits no whole number of bytes, or the padding is not zero. */
export function fromBase32(text: string): Uint8Array | undefined {
  const signs = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015\u2212]/g, '');
  const bytes = new Uint8Array(Math.floor((signs.length * 5) / 8));
  if (Math.ceil((bytes.length * 8) / 5) !== signs.length) return undefined;
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const sign of signs) {
    const value = values.get(sign);
    if (value === undefined) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >>> bits;
      at += 1;
    }
    held &= (1 << bits) - 1;
  }
  return held === 0 ? bytes : undefined;
}
