// Making, opening and re-locking the key file: the passphrase or k of n recovery shares give the root key, and nothing else does.
// A changed passphrase wraps this one key anew; no data is touched.

import { blindIndex } from '../../../crypto/blind-index.ts';
import { place, SealBroken } from '../../../crypto/envelope.ts';
import { type Argon2Cost, argon2Costs, deriveKey, saltBytes, stretchPassphrase } from '../../../crypto/kdf.ts';
import { generateKey, type Key, keyFrom, unwrapKey, wrapKey, zeroBytes } from '../../../crypto/keys.ts';
import { combineShares, ShareError, splitSecret } from '../../../crypto/shamir.ts';
import { Fault } from '../errors.ts';
import { type Ports, systemPorts } from '../ports.ts';
import { type KeyFile, keyFileExists, readKeyFile, writeKeyFile } from './keyfile.ts';

export { keyFileExists } from './keyfile.ts';

export type Unlock = { passphrase: string } | { shares: readonly string[] };
type RandomPort = Pick<Ports, 'random'>;

const passphrasePlace = place('keys.json', 'byPassphrase');
const sharesPlace = place('keys.json', 'byShares');
/** The wrapping keys of the key file have no generations: each is made for the one key it wraps. */
const onlyEpoch = 1;
const checkContext = 'holdfast/key-file-check/v1';
const nodeIdBytes = 16;

/**
 * Makes a root key and writes keys.json into an existing folder.
 * @param options.shares makes n recovery shares, any k of which unlock; they are returned once and kept nowhere
 * @throws {Fault} `already_initialised`, `bad_request` (no passphrase), `disk_full`, `store_read_only`
 */
export async function createKeyFile(
  folder: string,
  options: { passphrase: string; shares?: { k: number; n: number }; cost?: Argon2Cost },
  ports: RandomPort = systemPorts,
): Promise<{ root: Key<'root'>; shares?: string[] }> {
  if (await keyFileExists(folder)) throw new Fault('already_initialised', 'keys.json');
  const root = generateKey('root', ports.random);
  const nodeId = Buffer.from(ports.random.bytes(nodeIdBytes)).toString('hex');
  const locked = await lockByPassphrase(nodeId, root, options.passphrase, options.cost ?? argon2Costs.standard, ports);
  const file: KeyFile = { nodeId, ...locked, check: checkValue(nodeId, root) };
  const shares = options.shares && (await lockByShares(file, root, options.shares.k, options.shares.n, ports));
  await writeKeyFile(folder, file);
  return shares ? { root, shares } : { root };
}

/**
 * @throws {Fault} `wrong_passphrase` (also for mistyped, missing or foreign shares, with what is wrong in `where`),
 * `key_file_missing`, `key_file_damaged`, `key_file_from_future`
 */
export async function unlock(folder: string, by: Unlock): Promise<Key<'root'>> {
  const file = await readKeyFile(folder);
  const root = 'passphrase' in by ? await openByPassphrase(file, by.passphrase) : await openByShares(file, by.shares);
  try {
    verifyRoot(file, root);
  } catch (error) {
    root.destroy();
    throw error;
  }
  return root;
}

/** @throws {Fault} `key_file_damaged` when what was unwrapped is not this node's root */
export function verifyRoot(file: KeyFile, root: Key<'root'>): void {
  if (!checkValue(file.nodeId, root).equals(file.check)) throw new Fault('key_file_damaged', 'keys.json: check');
}

/** Wraps the root anew, with a fresh salt; the recovery shares stay good. @param by who forgot the passphrase has shares  @param cost as before unless given */
export async function changePassphrase(
  folder: string,
  by: Unlock,
  newPassphrase: string,
  options: { cost?: Argon2Cost; ports?: RandomPort } = {},
): Promise<void> {
  const file = await readKeyFile(folder);
  const root = await unlock(folder, by);
  try {
    const cost = options.cost ?? { passes: file.argon2.passes, memoryBytes: file.argon2.memoryBytes };
    const locked = await lockByPassphrase(file.nodeId, root, newPassphrase, cost, options.ports ?? systemPorts);
    await writeKeyFile(folder, { ...file, ...locked });
  } finally {
    root.destroy();
  }
}

/** Makes a new set of recovery shares; those given out before no longer unlock this key file. */
export async function newShares(
  folder: string,
  root: Key<'root'>,
  k: number,
  n: number,
  ports: RandomPort = systemPorts,
): Promise<string[]> {
  const file = await readKeyFile(folder);
  if (!checkValue(file.nodeId, root).equals(file.check)) throw new Fault('wrong_passphrase', 'the root key is of another node');
  const shares = await lockByShares(file, root, k, n, ports);
  await writeKeyFile(folder, file);
  return shares;
}

async function lockByPassphrase(
  nodeId: string,
  root: Key<'root'>,
  passphrase: string,
  cost: Argon2Cost,
  ports: RandomPort,
): Promise<Pick<KeyFile, 'argon2' | 'byPassphrase'>> {
  if (passphrase.length === 0) throw new Fault('bad_request', 'passphrase: it is empty');
  const salt = Buffer.from(ports.random.bytes(saltBytes));
  const key = await stretchPassphrase(passphrase, salt, cost);
  const byPassphrase = wrapKey(key, onlyEpoch, passphrasePlace, nodeId, root);
  key.destroy();
  return { argon2: { passes: cost.passes, memoryBytes: cost.memoryBytes, salt }, byPassphrase };
}

/** Sets `file.byShares` and returns the texts of the shares. */
export async function lockByShares(file: KeyFile, root: Key<'root'>, k: number, n: number, ports: RandomPort): Promise<string[]> {
  const key = generateKey('wrapping', ports.random);
  try {
    const shares = await splitSecret(key.reveal(), k, n);
    file.byShares = { k, n, wrapped: wrapKey(key, onlyEpoch, sharesPlace, file.nodeId, root) };
    return shares;
  } catch (error) {
    if (error instanceof RangeError) throw new Fault('bad_request', `shares: ${error.message}`, { cause: error });
    throw error;
  } finally {
    key.destroy();
  }
}

async function openByPassphrase(file: KeyFile, passphrase: string): Promise<Key<'root'>> {
  if (passphrase.length === 0) throw new Fault('wrong_passphrase', 'it is empty');
  const key = await stretchPassphrase(passphrase, file.argon2.salt, file.argon2);
  return openRoot(key, () => unwrapKey(key, 'root', passphrasePlace, file.nodeId, file.byPassphrase));
}

export async function openByShares(file: KeyFile, shares: readonly string[]): Promise<Key<'root'>> {
  const { byShares } = file;
  if (!byShares) throw new Fault('wrong_passphrase', 'this node has no recovery shares');
  let key: Key<'wrapping'>;
  try {
    const secret = await combineShares(shares);
    key = keyFrom('wrapping', secret);
    zeroBytes(secret);
  } catch (error) {
    if (error instanceof ShareError || error instanceof RangeError)
      throw new Fault('wrong_passphrase', error.message, { cause: error });
    throw error;
  }
  return openRoot(key, () => unwrapKey(key, 'root', sharesPlace, file.nodeId, byShares.wrapped));
}

function openRoot(key: Key<'wrapping'>, open: () => Key<'root'>): Key<'root'> {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealBroken) throw new Fault('wrong_passphrase');
    throw error;
  } finally {
    key.destroy();
  }
}

function checkValue(nodeId: string, root: Key<'root'>): Buffer {
  const key = deriveKey(root, 'index', checkContext);
  const check = blindIndex(key, 'key-file-check', nodeId);
  key.destroy();
  return check;
}
