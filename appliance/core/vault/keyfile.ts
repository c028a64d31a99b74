// keys.json in the data folder: the root key, wrapped by the passphrase and, if the owner wants, by recovery shares. The file
// holds no open key, yet losing it loses the node: it is written atomically, checked by a checksum, and belongs in every backup.

import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Argon2Cost, checkCost, saltBytes } from '../../../crypto/kdf.ts';
import { Fault } from '../errors.ts';

export const keyFileName = 'keys.json';
export const keyFileFormat = 1;
const sizeLimitBytes = 64 * 1024;

export type KeyFile = {
  /** Names the node and binds the wrapped keys to it; 32 hexadecimal signs. */
  nodeId: string;
  argon2: Argon2Cost & { salt: Buffer };
  /** The root key wrapped under the stretched passphrase. */
  byPassphrase: Buffer;
  /** The root key wrapped under a key that k of n shares give back. */
  byShares?: { k: number; n: number; wrapped: Buffer };
  /** Tells that what was unwrapped is this node's root; 16 bytes of a keyed hash. */
  check: Buffer;
};

type Json = { [name: string]: unknown };

export async function keyFileExists(folder: string): Promise<boolean> {
  return stat(join(folder, keyFileName)).then(
    () => true,
    (error) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw readFault(error);
    },
  );
}

/** @throws {Fault} `key_file_missing`, `key_file_damaged`, `key_file_from_future`, `unreadable_file` */
export async function readKeyFile(folder: string): Promise<KeyFile> {
  const path = join(folder, keyFileName);
  let text: string;
  try {
    if ((await stat(path)).size > sizeLimitBytes)
      throw new Fault('key_file_damaged', `${keyFileName} is over ${sizeLimitBytes} bytes`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw readFault(error);
  }
  return parseKeyFile(text);
}

/** The text of the file; exported for doctor and tests. */
export function parseKeyFile(text: string): KeyFile {
  let outer: unknown;
  try {
    outer = JSON.parse(text);
  } catch {
    throw damaged('it is not JSON');
  }
  if (!isObject(outer)) throw damaged('it is not an object');
  if (typeof outer.format === 'number' && outer.format > keyFileFormat) {
    throw new Fault('key_file_from_future', `format: expected ${keyFileFormat}, got ${outer.format}`);
  }
  if (outer.format !== keyFileFormat) throw damaged('format');
  if (!isObject(outer.body) || outer.checksum !== checksum(outer.body)) throw damaged('checksum');
  return readBody(outer.body);
}

function readBody(body: Json): KeyFile {
  const argon2 = body.argon2;
  if (!isObject(argon2)) throw damaged('argon2');
  const cost = { passes: argon2.passes, memoryBytes: argon2.memoryBytes } as Argon2Cost;
  try {
    checkCost(cost);
  } catch {
    throw damaged('argon2');
  }
  if (typeof body.nodeId !== 'string' || !/^[0-9a-f]{32}$/.test(body.nodeId)) throw damaged('nodeId');
  const salt = bytes(argon2.salt, 'argon2.salt');
  if (salt.length !== saltBytes) throw damaged('argon2.salt');
  const file: KeyFile = {
    nodeId: body.nodeId,
    argon2: { ...cost, salt },
    byPassphrase: bytes(body.byPassphrase, 'byPassphrase'),
    check: bytes(body.check, 'check'),
  };
  if (body.byShares !== undefined) {
    const shares = body.byShares;
    if (!isObject(shares) || !Number.isInteger(shares.k) || !Number.isInteger(shares.n)) throw damaged('byShares');
    file.byShares = { k: shares.k as number, n: shares.n as number, wrapped: bytes(shares.wrapped, 'byShares.wrapped') };
  }
  return file;
}

export function formatKeyFile(file: KeyFile): string {
  const { passes, memoryBytes, salt } = file.argon2;
  const body: Json = {
    nodeId: file.nodeId,
    argon2: { passes, memoryBytes, salt: salt.toString('base64') },
    byPassphrase: file.byPassphrase.toString('base64'),
    ...(file.byShares && { byShares: { ...file.byShares, wrapped: file.byShares.wrapped.toString('base64') } }),
    check: file.check.toString('base64'),
  };
  return `${JSON.stringify({ format: keyFileFormat, checksum: checksum(body), body }, null, 2)}\n`;
}

/**
 * Replaces keys.json so that a crash at any point leaves either the old file or the new one, whole.
 * @throws {Fault} `disk_full`, `store_read_only`
 */
export async function writeKeyFile(folder: string, file: KeyFile): Promise<void> {
  const path = join(folder, keyFileName);
  const temporary = `${path}.new`;
  try {
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(formatKeyFile(file));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeFault(error);
  }
}

/** The rename is on disk only when the folder is. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Over the body with its members in the order they stand in the file, which JSON.parse keeps. */
function checksum(body: Json): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

function bytes(value: unknown, name: string): Buffer {
  if (typeof value !== 'string') throw damaged(name);
  return Buffer.from(value, 'base64');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(where: string): Fault {
  return new Fault('key_file_damaged', `${keyFileName}: ${where}`);
}

function errorCode(error: unknown): unknown {
  return isObject(error) || error instanceof Error ? (error as { code?: unknown }).code : undefined;
}

function readFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Fault('key_file_missing', keyFileName);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR')
    return new Fault('unreadable_file', keyFileName, { cause: error });
  if (code === 'EIO') return new Fault('key_file_damaged', keyFileName, { cause: error });
  return error;
}

function writeFault(error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Fault('disk_full', keyFileName, { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new Fault('store_read_only', keyFileName, { cause: error });
  return error;
}
