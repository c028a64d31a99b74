// Certificates and keys in files: read and judged as a pair, and those of the node's own authority made, kept and renewed in the folder `tls`.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../errors.ts';
import { isBoundTo, isFor, type Making, newAuthority, newServerCertificate, newServerKey, type Pair } from './own-authority.ts';

export const ownFolder = 'tls';
export const ownFiles = {
  authority: 'authority.pem',
  authorityKey: 'authority-key.pem',
  server: 'server.pem',
  serverKey: 'server-key.pem',
} as const;

export type Loaded = Pair & { leaf: X509Certificate };

/** @throws {Fault} `tls_unusable` */
export function loadPair(certificatePath: string, keyPath: string): Loaded {
  const certificate = readPem(certificatePath);
  const key = readPem(keyPath);
  const leaf = parsed(certificatePath, () => new X509Certificate(certificate));
  const own = parsed(keyPath, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(own)) throw new Fault('tls_unusable', `${keyPath} is not the key of ${certificatePath}`);
  return { certificate, key, leaf };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('tls_unusable', `${path}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`, { cause: error });
  }
}

function parsed<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Fault('tls_unusable', `${path}: no PEM of the right kind, or behind a passphrase`, { cause: error });
  }
}

/**
 * Brings the folder `tls` to what is wanted now: the authority is made once, the server's key once, its certificate when there is none, when its last third has
 * begun, or when it is not for all names. What a kill cut short is finished the next time.
 * @returns whether something was made
 * @throws {Fault} `tls_unusable`, `store_read_only`, `disk_full`
 */
export async function keepOwn(folder: string, names: readonly string[], making: Making): Promise<boolean> {
  const at = (name: keyof typeof ownFiles) => join(folder, ownFolder, ownFiles[name]);
  mkdirSafely(join(folder, ownFolder));
  const authority = await keepAuthority(at, names, making);
  if (!existsSync(at('serverKey'))) writeSafely(at('serverKey'), await newServerKey());
  const leaf = leafOf(at('server'), at('serverKey'));
  if (leaf !== undefined) {
    const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
    const isFresh = making.nowMs >= from && making.nowMs < to - (to - from) / 3;
    const isOwn = leaf.checkIssued(new X509Certificate(authority.certificate));
    if (isFresh && isOwn && isFor(leaf, names)) return false;
  }
  writeSafely(at('server'), await newServerCertificate(authority, readPem(at('serverKey')), names, making));
  return true;
}

/** Undefined where there is none, or one of another key: another is made at once. */
function leafOf(certificatePath: string, keyPath: string): X509Certificate | undefined {
  if (!existsSync(certificatePath)) return undefined;
  try {
    return loadPair(certificatePath, keyPath).leaf;
  } catch {
    return undefined;
  }
}

/** One that is not for all names is replaced: whoever trusted it has to be given the new one. */
async function keepAuthority(
  at: (name: keyof typeof ownFiles) => string,
  names: readonly string[],
  making: Making,
): Promise<Pair> {
  if (existsSync(at('authority')) && existsSync(at('authorityKey'))) {
    const { certificate, key } = loadPair(at('authority'), at('authorityKey'));
    if (isBoundTo(certificate, names)) return { certificate, key };
  }
  const made = await newAuthority(names, making);
  // The certificate last: with it there, its key is.
  rmSync(at('authority'), { force: true });
  writeSafely(at('authorityKey'), made.key);
  writeSafely(at('authority'), made.certificate);
  return made;
}

export function writeSafely(path: string, text: string): void {
  const draft = `${path}.draft`;
  try {
    rmSync(draft, { force: true });
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new Fault(full ? 'disk_full' : 'store_read_only', path, { cause: error });
  }
}

export function mkdirSafely(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault('store_read_only', folder, { cause: error });
  }
}
