// Where an import stands, so that it goes on there after a kill: positions and counts only, nothing of a customer.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceId } from '../../core/model/event.ts';
import { type Encoding, encodings } from './encoding.ts';
import type { ImportInput } from './input.ts';

export type Checkpoint = {
  readonly version: 1;
  /** Bytes of UTF-8 and lines that are behind. */
  readonly offset: number;
  readonly line: number;
  readonly encoding: Encoding | undefined;
  readonly rows: number;
  readonly recorded: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly rejected: number;
  readonly rejectBytes: number;
};

export interface ImportStore {
  load(key: string): Promise<Checkpoint | undefined>;
  save(key: string, checkpoint: Checkpoint): Promise<void>;
  clear(key: string): Promise<void>;
}

/** The same source, file and map. A file that changed in size or time starts anew. */
export function importKey(source: SourceId, input: ImportInput, fingerprint: string, mapHash: string): string {
  return createHash('sha256').update(`${source}\n${input.sizeBytes}\n${input.mtimeMs}\n${fingerprint}\n${mapHash}`).digest('hex');
}

export function memoryImportStore(): ImportStore & { readonly held: ReadonlyMap<string, Checkpoint> } {
  const held = new Map<string, Checkpoint>();
  return {
    held,
    load: async (key) => held.get(key),
    save: async (key, checkpoint) => void held.set(key, checkpoint),
    clear: async (key) => void held.delete(key),
  };
}

/** One small file per import under way. A damaged or foreign one is as none: the rows are recorded once all the same. */
export function folderImportStore(folder: string): ImportStore {
  const path = (key: string): string => join(folder, `${key.replace(/[^0-9a-f]/g, '')}.json`);
  return {
    async load(key) {
      try {
        return readCheckpoint(JSON.parse(await readFile(path(key), 'utf8')));
      } catch {
        return undefined;
      }
    },
    async save(key, checkpoint) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const next = `${path(key)}.next`;
      await writeFile(next, JSON.stringify(checkpoint), { mode: 0o600 });
      await rename(next, path(key));
    },
    async clear(key) {
      await rm(path(key), { force: true });
    },
  };
}

const counts = ['offset', 'line', 'rows', 'recorded', 'duplicates', 'quarantined', 'rejected', 'rejectBytes'] as const;

function readCheckpoint(value: unknown): Checkpoint | undefined {
  if (typeof value !== 'object' || value === null || (value as { version?: unknown }).version !== 1) return undefined;
  const fields = value as Record<string, unknown>;
  if (!counts.every((name) => Number.isSafeInteger(fields[name]) && (fields[name] as number) >= 0)) return undefined;
  if (fields.encoding !== undefined && !encodings.includes(fields.encoding as Encoding)) return undefined;
  return { encoding: undefined, ...(fields as Omit<Checkpoint, 'encoding'>) } as Checkpoint;
}
