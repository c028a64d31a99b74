// Checking the audit log in the page itself: SHA-256 and Ed25519 of the browser (WebCrypto) over what the node hands out, so that nothing is green
// because the node says so. RFC 9162: inclusion 2.1.3.2, consistency 2.1.4.2; a head is signed as docs/audit.md says.

export type Head = { size: number; atMs: number; root: string; signature: string; publicKey: string };
type Bytes = Uint8Array<ArrayBuffer>;

/** Browsers keep WebCrypto from pages that came over a network without encryption. */
export const canCompute = (): boolean => globalThis.crypto?.subtle !== undefined;

/** @returns undefined for what is not hexadecimal of this many bytes */
export function bytesOf(hex: string, length?: number): Bytes | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex) || (length !== undefined && hex.length !== 2 * length)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
const hashBytes = 32;
const hashesOf = (texts: readonly string[]): Bytes[] | undefined => {
  const all = texts.map((text) => bytesOf(text, hashBytes));
  return all.every((one) => one !== undefined) ? all : undefined;
};

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)));
}

function join(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const same = (one: Bytes, other: Bytes): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);
const nodeHash = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);
export const leafHash = (leaf: Bytes) => sha256(Uint8Array.of(0), leaf);

const isSize = (size: number) => Number.isSafeInteger(size) && size >= 0;
const isOdd = (number: number) => number % 2 === 1;
const half = (number: number) => Math.floor(number / 2);

export type Inclusion = { entry: number; size: number; leaf: string; leafHash: string; root: string; proof: readonly string[] };

/** What a leaf says in the clear: which entry it is and when it was written. */
export function readLeaf(leaf: Bytes): { seq: number; atMs: number } | undefined {
  if (leaf.length < 17 || leaf[0] !== 1) return undefined;
  const view = new DataView(leaf.buffer, leaf.byteOffset);
  return { seq: Number(view.getBigInt64(1)), atMs: Number(view.getBigInt64(9)) };
}

/** Whether the leaf hashes to what the proof begins with, and the proof leads to the root. */
export async function verifyInclusion({ leaf, ...path }: Inclusion): Promise<boolean> {
  const [leafBytes, told] = [bytesOf(leaf), bytesOf(path.leafHash, hashBytes)];
  return leafBytes !== undefined && told !== undefined && same(await leafHash(leafBytes), told) && verifyPath(path);
}

/** The same for whoever has the leaf's hash alone. */
export async function verifyPath({ entry, size, leafHash: told, root, proof }: Omit<Inclusion, 'leaf'>): Promise<boolean> {
  const hashes = hashesOf([told, root, ...proof]);
  if (!hashes || !isSize(entry) || !isSize(size) || entry >= size) return false;
  const [first, wanted, ...path] = hashes as [Bytes, Bytes, ...Bytes[]];
  let [at, last] = [entry, size - 1];
  let hashed = first;
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hashed = await nodeHash(sibling, hashed);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hashed = await nodeHash(hashed, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(hashed, wanted);
}

export type Consistency = { from: number; to: number; fromRoot: string; toRoot: string; proof: readonly string[] };

/** Whether the log of `to` begins with exactly what the log of `from` was. */
export async function verifyConsistency({ from, to, fromRoot, toRoot, proof }: Consistency): Promise<boolean> {
  const hashes = hashesOf([fromRoot, toRoot, ...proof]);
  if (!hashes || !isSize(from) || !isSize(to) || from > to) return false;
  const [older, newer, ...rest] = hashes as [Bytes, Bytes, ...Bytes[]];
  if (from === to) return rest.length === 0 && same(older, newer);
  if (from === 0) return rest.length === 0 && same(older, await sha256());
  if (rest.length === 0) return false;
  const path = Number.isInteger(Math.log2(from)) ? [older, ...rest] : rest;
  let [first, last] = [from - 1, to - 1];
  while (isOdd(first)) [first, last] = [half(first), half(last)];
  let [one, other] = [path[0]!, path[0]!];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      one = await nodeHash(sibling, one);
      other = await nodeHash(sibling, other);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      other = await nodeHash(other, sibling);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && same(one, older) && same(other, newer);
}

const encode = (text: string): Bytes => new TextEncoder().encode(text);

/** @returns undefined where the browser knows no Ed25519 */
async function verifySigned(publicKey: string, message: Bytes, signature: string): Promise<boolean | undefined> {
  const [key, signed] = [bytesOf(publicKey, 32), bytesOf(signature, 64)];
  if (!key || !signed) return false;
  try {
    const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, signed, message);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return undefined;
    return false;
  }
}

/** Of a text; undefined where the browser cannot tell. */
export async function verifySignedText(publicKey: string, text: string, signature: string): Promise<boolean | undefined> {
  return canCompute() ? verifySigned(publicKey, encode(text), signature) : undefined;
}

/** Whether a head is what its own public key signed. */
export async function verifyHead({ size, atMs, root, signature, publicKey }: Head): Promise<boolean | undefined> {
  const rootBytes = bytesOf(root, hashBytes);
  if (!rootBytes) return false;
  const numbers = new Uint8Array(16);
  const view = new DataView(numbers.buffer);
  view.setBigInt64(0, BigInt(size));
  view.setBigInt64(8, BigInt(atMs));
  return verifySigned(publicKey, join([encode('holdfast audit head v1\n'), numbers, rootBytes]), signature);
}

export type Cosignature = { size: number; publicKey: string; timeS: number; signature: string };

/** Whether a peer signed this root of the log with this key: C2SP tlog-cosignature, `cosignature/v1`. */
export async function verifyCosignature(logKey: string, root: string, one: Cosignature): Promise<boolean | undefined> {
  const rootBytes = bytesOf(root, hashBytes);
  if (!rootBytes) return false;
  const base64 = btoa(String.fromCharCode(...rootBytes));
  const message = `cosignature/v1\ntime ${one.timeS}\nholdfast/audit/${logKey}\n${one.size}\n${base64}\n`;
  return verifySigned(one.publicKey, encode(message), one.signature);
}

/** A head as somebody kept it: an answer of the node, a line of the second sink, or a file of several, of which the last counts. */
export function readHead(text: string): Head | undefined {
  const lines = [text, ...text.trim().split('\n').reverse()];
  for (const line of lines) {
    try {
      const { size, atMs, root, signature, publicKey } = JSON.parse(line) as Partial<Head>;
      const texts = [root, signature, publicKey].every((one) => typeof one === 'string' && bytesOf(one) !== undefined);
      if (texts && isSize(size ?? -1) && isSize(atMs ?? -1)) return { size, atMs, root, signature, publicKey } as Head;
    } catch {
      // Not this one: the next may be.
    }
  }
  return undefined;
}
