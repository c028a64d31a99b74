// What a training can go on from after it was broken off: the folds that are done, and of the one after them the learners that are. It belongs
// to one table, one request and one version; with any other the result would be nobody's.

import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import manifest from '../../../../package.json' with { type: 'json' };
import { Fault } from '../../../core/errors.ts';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import type { Try } from './fit.ts';
import type { TrainRequest } from './train.ts';

/** Raised with whatever changes the numbers of a training. */
const format = 1;
const magic = Buffer.from('holdfast checkpoint\n');
const hashBytes = 32;

/** An outer fold that is done. */
export type SavedFold = {
  readonly model: ScoringModel;
  /** Of the fold's test rows, in their order. */
  readonly scores: Float64Array;
  readonly baseline: Float64Array | undefined;
};

export type Saved = {
  readonly folds: readonly SavedFold[];
  /** Of the fold that is next, by learner. */
  readonly tries: readonly (Try | undefined)[];
};

/** A hash of all that decides the result: names, kinds and cells of the columns, and what was asked. */
export function fingerprintOf(request: TrainRequest): Buffer {
  const { name, label, positive, drop, keep, time, costs, budget, learners, seed, rejectedRows, matrix, folds } = request;
  const asked = { name, label, positive, drop, keep, time, costs, budget, learners, seed, rejectedRows };
  const hash = createHash('sha256').update(JSON.stringify([format, manifest.version, asked]));
  for (const table of folds ? [matrix, folds] : [matrix]) addMatrix(hash, table);
  return hash.digest();
}

function addMatrix(hash: ReturnType<typeof createHash>, { rows, columns }: Matrix): void {
  hash.update(JSON.stringify([rows, columns.length]));
  for (const { name, kind, storage, levels, chunks } of columns) {
    hash.update(JSON.stringify([name, kind, storage, levels]));
    for (const chunk of chunks) hash.update(chunk);
  }
}

export function packCheckpoint(fingerprint: Buffer, saved: Saved): Uint8Array<ArrayBuffer> {
  const payload = serialize(saved);
  const parts = [magic, fingerprint, createHash('sha256').update(payload).digest(), payload];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws {Fault} `checkpoint_unfit` for one that is damaged, or of another table, request or version */
export function openCheckpoint(fingerprint: Buffer, bytes: Uint8Array): Saved {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const part = (from: number, length?: number) => whole.subarray(from, length === undefined ? undefined : from + length);
  const payload = part(magic.length + 2 * hashBytes);
  const intact =
    part(0, magic.length).equals(magic) &&
    part(magic.length + hashBytes, hashBytes).equals(createHash('sha256').update(payload).digest());
  if (!intact) throw new Fault('checkpoint_unfit', 'checkpoint: damaged');
  if (!part(magic.length, hashBytes).equals(fingerprint))
    throw new Fault('checkpoint_unfit', 'checkpoint: of another table, other options or another version');
  return deserialize(payload) as Saved;
}
