// XGBoost beside us: writes a table to a folder that Python reads, and runs train_peer.py on it with Debian's own Python, where its packages are.

import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FeatureTable } from '../decide/models/boosting/boosting.ts';

const python = '/usr/bin/python3';

export type Examples = { features: FeatureTable; labels: Float32Array };
export type Job = { threads: number; trees: number; params: { [name: string]: number | string } };
export type Peer = { version: string; binS: number; trainS: number; auc: number; logLoss: number };

export function hasXgboost(): boolean {
  try {
    execFileSync(python, ['-c', 'import xgboost, numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes both tables into a folder, once for as many runs as wanted. */
export function writeExamples(folder: string, training: Examples, held: Examples): void {
  const write = (name: string, columns: readonly Float32Array[]) => {
    for (const [at, column] of columns.entries()) {
      writeFileSync(join(folder, name), new Uint8Array(column.buffer, column.byteOffset, column.byteLength), {
        flag: at === 0 ? 'w' : 'a',
      });
    }
  };
  write('x', training.features.columns);
  write('y', [training.labels]);
  write('v', held.features.columns);
  write('w', [held.labels]);
}

/** @throws when Python or XGBoost fails */
export async function runXgboost(folder: string, training: Examples, held: Examples, job: Job): Promise<Peer> {
  const shape = { rows: training.features.rows, held: held.features.rows, columns: training.features.columns.length };
  writeFileSync(join(folder, 'job.json'), JSON.stringify({ ...shape, ...job }));
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'train_peer.py'), folder]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Peer;
}
