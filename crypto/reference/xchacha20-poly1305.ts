// XChaCha20-Poly1305 written plainly, for tests only: RFC 8439 and draft-irtf-cfrg-xchacha-03 in the order they are read, with
// BigInt for Poly1305. Slow, and not constant in time.

const u32 = (x: number): number => x >>> 0;
const rotate = (x: number, by: number): number => u32((x << by) | (x >>> (32 - by)));

/** RFC 8439 section 2.1. */
function quarterRound(s: number[], a: number, b: number, c: number, d: number): void {
  const mix = (to: number, add: number, turned: number, by: number) => {
    s[to] = u32(s[to]! + s[add]!);
    s[turned] = rotate(s[turned]! ^ s[to]!, by);
  };
  mix(a, b, d, 16);
  mix(c, d, b, 12);
  mix(a, b, d, 8);
  mix(c, d, b, 7);
}

function twentyRounds(state: readonly number[]): number[] {
  const s = [...state];
  for (let i = 0; i < 10; i += 1) {
    quarterRound(s, 0, 4, 8, 12);
    quarterRound(s, 1, 5, 9, 13);
    quarterRound(s, 2, 6, 10, 14);
    quarterRound(s, 3, 7, 11, 15);
    quarterRound(s, 0, 5, 10, 15);
    quarterRound(s, 1, 6, 11, 12);
    quarterRound(s, 2, 7, 8, 13);
    quarterRound(s, 3, 4, 9, 14);
  }
  return s;
}

const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

function toBytes(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  return bytes;
}

/** Section 2.2 of the draft: 32-byte key and 16-byte input give a 32-byte key. */
export function hchacha20(key: Uint8Array, input: Uint8Array): Uint8Array {
  const s = twentyRounds([...constants, ...words(key), ...words(input)]);
  return toBytes([...s.slice(0, 4), ...s.slice(12, 16)]);
}

/** RFC 8439 section 2.4. */
function chacha20(key: Uint8Array, counter: number, nonce: Uint8Array, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 64) {
    const state = [...constants, ...words(key), counter + at / 64, ...words(nonce)];
    const mixed = twentyRounds(state);
    const block = toBytes(mixed.map((word, i) => u32(word + state[i]!)));
    for (let i = at; i < Math.min(at + 64, data.length); i += 1) out[i] = data[i]! ^ block[i - at]!;
  }
  return out;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** RFC 8439 section 2.5: a polynomial over the integers modulo 2^130 - 5. */
function poly1305(oneTimeKey: Uint8Array, message: Uint8Array): Uint8Array {
  const prime = (1n << 130n) - 5n;
  const r = littleEndian(oneTimeKey.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.length))) * r) % prime;
  }
  let tag = sum + littleEndian(oneTimeKey.subarray(16, 32));
  return Uint8Array.from({ length: 16 }, () => {
    const byte = Number(tag & 255n);
    tag >>= 8n;
    return byte;
  });
}

function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 16) * 16);
  out.set(bytes);
  return out;
}

function lengthBytes(length: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  return out;
}

/** Ciphertext followed by the tag. */
export function plainSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const subkey = hchacha20(key, nonce.subarray(0, 16));
  const chachaNonce = new Uint8Array(12);
  chachaNonce.set(nonce.subarray(16), 4);
  const oneTimeKey = chacha20(subkey, 0, chachaNonce, new Uint8Array(32));
  const ciphertext = chacha20(subkey, 1, chachaNonce, plaintext);
  const authenticated = [padded(aad), padded(ciphertext), lengthBytes(aad.length), lengthBytes(ciphertext.length)];
  return Buffer.concat([ciphertext, poly1305(oneTimeKey, Buffer.concat(authenticated))]);
}
