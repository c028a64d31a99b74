// What a snapshot consists of: files, each as a list of lists of pieces. Signed, so that nobody who may write to the target puts together one of
// their own, and sealed, so that it does not tell what is in it.

import { canonicalJson } from '../../../../crypto/canonical-json.ts';
import { contentName } from '../../../../crypto/content-name.ts';
import { openEnvelope, place, SealBroken, sealEnvelope } from '../../../../crypto/envelope.ts';
import { publicKeyOf, signBytes, verifySignature } from '../../../../crypto/signing.ts';
import { Fault } from '../../../core/errors.ts';
import { type Chunks, unpackNames } from './chunks.ts';
import type { BackupKeys } from './keys.ts';
import type { Target } from './target.ts';

/** `indexes` are names of pieces that hold the names of the file's pieces, in order. */
export type FileEntry = { readonly name: string; readonly sizeBytes: number; readonly indexes: readonly string[] };

export type Manifest = {
  readonly format: 1;
  readonly id: string;
  /** Everything that was acknowledged before is in it. */
  readonly atMs: number;
  readonly engine: 'sqlite' | 'postgres';
  /** The version of the node that made it. */
  readonly software: string;
  readonly files: readonly FileEntry[];
  /** Of its files. */
  readonly sizeBytes: number;
  /** What it took in the target beside what was there. */
  readonly addedBytes: number;
};

export const snapshotPrefix = 'snapshots/';
const snapshotPlace = place('backup', 'snapshot');
const signedAs = 'holdfast backup snapshot v1\n';
const epoch = 1;
const idShape = /^[0-9]{15}-[0-9a-f]{8}$/;
const objectOf = (id: string) => `${snapshotPrefix}${id}`;

/** Sorts by time. */
export const snapshotId = (atMs: number, random: Uint8Array) =>
  `${String(atMs).padStart(15, '0')}-${Buffer.from(random.subarray(0, 4)).toString('hex')}`;

const messageOf = (manifest: Manifest) => Buffer.from(signedAs + canonicalJson(manifest));

export async function putManifest(target: Target, keys: BackupKeys, manifest: Manifest): Promise<void> {
  const signature = signBytes(keys.sign, messageOf(manifest)).toString('base64');
  const text = Buffer.from(JSON.stringify({ manifest, signature }));
  await target.put(objectOf(manifest.id), sealEnvelope(keys.seal, epoch, snapshotPlace, manifest.id, text));
}

/** @throws {Fault} `backup_damaged`, `not_found` */
export async function readManifest(target: Target, keys: BackupKeys, id: string): Promise<Manifest> {
  const sealed = idShape.test(id) ? await target.get(objectOf(id)) : undefined;
  if (!sealed) throw new Fault('not_found', `snapshot ${id}`);
  const damaged = (cause?: unknown) => new Fault('backup_damaged', objectOf(id), { cause });
  let read: { manifest: Manifest; signature: string };
  try {
    read = JSON.parse(openEnvelope(keys.seal, snapshotPlace, id, sealed).toString('utf8'));
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError) throw damaged(error);
    throw error;
  }
  const { manifest, signature } = read;
  if (!verifySignature(publicKeyOf(keys.sign), messageOf(manifest), Buffer.from(signature, 'base64'))) throw damaged();
  if (manifest.id !== id || manifest.format !== 1) throw damaged();
  return manifest;
}

export const removeManifest = (target: Target, id: string): Promise<void> => target.remove(objectOf(id));

/** Oldest first. */
export async function snapshotIds(target: Target): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of target.list(snapshotPrefix)) {
    const id = name.slice(snapshotPrefix.length);
    if (idShape.test(id)) ids.push(id);
  }
  return ids.sort();
}

/** The names of a file's pieces, list by list. */
export async function* namesOf(chunks: Chunks, file: FileEntry): AsyncIterable<string[]> {
  for (const index of file.indexes) yield unpackNames(await chunks.get('index', index));
}

const aboutObject = 'about';
const aboutText = (keys: BackupKeys) =>
  JSON.stringify({ format: 1, key: contentName(keys.names, 'about', Buffer.from('holdfast backup')).slice(0, 32) });

/**
 * Says which key opens the target and does not give it away. Made where there is nothing yet.
 * @throws {Fault} `backup_foreign` when another key does
 */
export async function claimTarget(target: Target, keys: BackupKeys, making: boolean): Promise<void> {
  const own = aboutText(keys);
  let found = await target.get(aboutObject);
  if (!found && making) {
    await target.putNew(aboutObject, Buffer.from(own));
    await target.settle();
    found = await target.get(aboutObject);
  }
  if (!found) throw new Fault('not_found', 'a backup');
  if (found.toString('utf8') !== own) throw new Fault('backup_foreign');
}
