// How commands find the node that runs on a data folder: node.json says where it listens, access-token holds what opens its API.
// Both are for the folder's owner only, and node.json is there only while the node runs.

import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/errors.ts';

export const nodeFile = 'node.json';
export const accessTokenFile = 'access-token';
/** The passphrase of a node made by `start`, for trying things out; no other node has it beside its data. */
export const tryOutPassphraseFile = 'passphrase';
const ownerOnly = 0o600;
const fileBytesLimit = 4096;

/** `url` without a path, e.g. http://127.0.0.1:7700; `pid` of the process that serves it; `pin` the key that it answers with over TLS. */
export type NodeAddress = { url: string; pid: number; pin?: string };

/** Tells commands where the node is. Written whole or not at all. */
export function announceNode(folder: string, address: NodeAddress): void {
  writeOwnerOnly(join(folder, nodeFile), `${JSON.stringify(address)}\n`);
}

/** Takes the announcement back, unless another process has put its own there since. */
export function withdrawNode(folder: string, pid: number): void {
  if (readNodeAddress(folder)?.pid === pid) rmSync(join(folder, nodeFile), { force: true });
}

/** Where the node was last said to be; undefined when none is announced or the file is not readable as one. */
export function readNodeAddress(folder: string): NodeAddress | undefined {
  const text = readSmall(join(folder, nodeFile));
  if (text === undefined) return undefined;
  try {
    const { url, pid, pin } = JSON.parse(text) as Partial<NodeAddress>;
    if (typeof url !== 'string' || !URL.canParse(url) || !Number.isSafeInteger(pid)) return undefined;
    return { url, pid: pid as number, ...(typeof pin === 'string' && { pin }) };
  } catch {
    return undefined;
  }
}

export function writeAccessToken(folder: string, token: string): void {
  writeOwnerOnly(join(folder, accessTokenFile), `${token}\n`);
}

export function readAccessToken(folder: string): string | undefined {
  return readSmall(join(folder, accessTokenFile))?.trim() || undefined;
}

function writeOwnerOnly(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text, { mode: ownerOnly });
    chmodSync(draft, ownerOnly);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new Fault(full ? 'disk_full' : 'store_read_only', path, { cause: error });
  }
}

function readSmall(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Fault('unreadable_file', path, { cause: error });
  }
  return text.length > fileBytesLimit ? undefined : text;
}
