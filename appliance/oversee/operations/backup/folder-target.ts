// A folder as a target: a file to an object. What is written takes its name only when it is whole; many files share one wait for the disk.

import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import type { StoredObject, Target } from './target.ts';

const temporary = '.new-';
/** Files whose writing is waited for together. */
const syncedAtOnce = 16;

export class FolderTarget implements Target {
  readonly #root: string;
  readonly #made = new Set<string>();
  #unsynced = new Set<string>();
  #changedFolders = new Set<string>();
  #next = 0;

  constructor(root: string) {
    this.#root = root;
  }

  get(name: string): Promise<Buffer | undefined> {
    return this.#try(async () => {
      try {
        return await readFile(join(this.#root, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    return this.#try(async () => {
      const path = join(this.#root, name);
      await this.#write(path, bytes, (written) => rename(written, path));
    });
  }

  putNew(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.#try(async () => {
      const path = join(this.#root, name);
      try {
        // A link, unlike a rename, replaces nothing.
        await this.#write(path, bytes, async (written) => {
          await link(written, path);
          await rm(written, { force: true });
        });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    });
  }

  remove(name: string): Promise<void> {
    return this.#try(async () => {
      const path = join(this.#root, name);
      await rm(path, { force: true });
      this.#unsynced.delete(path);
      this.#changedFolders.add(dirname(path));
    });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const folder = prefix.replace(/\/$/, '');
    for (const entry of await this.#try(() => entriesOf(join(this.#root, folder)))) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(`${name}/`);
      else if (!entry.name.startsWith(temporary)) {
        const found = await this.#try(() => stat(join(this.#root, name)).catch(() => undefined));
        if (found) yield { name, sizeBytes: found.size };
      }
    }
  }

  settle(): Promise<void> {
    return this.#try(async () => {
      const paths = [...this.#unsynced];
      for (let at = 0; at < paths.length; at += syncedAtOnce)
        await Promise.all(paths.slice(at, at + syncedAtOnce).map((path) => sync(path)));
      for (const folder of this.#changedFolders) await sync(folder);
      this.#unsynced = new Set();
      this.#changedFolders = new Set();
    });
  }

  sweep(): Promise<void> {
    return this.#try(async () => {
      const entries = await readdir(this.#root, { recursive: true, withFileTypes: true });
      for (const entry of entries)
        if (entry.isFile() && entry.name.startsWith(temporary)) await rm(join(entry.parentPath, entry.name), { force: true });
    });
  }

  close(): void {
    this.#made.clear();
  }

  async #write(path: string, bytes: Uint8Array, name: (written: string) => Promise<void>): Promise<void> {
    const folder = dirname(path);
    if (!this.#made.has(folder)) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      this.#made.add(folder);
      for (let above = folder; above.length >= this.#root.length; above = dirname(above)) this.#changedFolders.add(above);
    }
    const written = join(folder, `${temporary}${process.pid}-${this.#next++}`);
    try {
      await writeFile(written, bytes, { mode: 0o600, flag: 'w' });
      await name(written);
    } catch (error) {
      await rm(written, { force: true }).catch(() => undefined);
      throw error;
    }
    this.#unsynced.add(path);
    this.#changedFolders.add(folder);
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const full = code === 'ENOSPC' || code === 'EDQUOT';
      throw new Fault(full ? 'backup_target_full' : 'backup_target_failed', `${this.#root}: ${code ?? 'unknown'}`, {
        cause: error,
      });
    }
  }
}

async function entriesOf(folder: string) {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    // Removed since.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
