// What `holdfast train` keeps of a training while it runs, beside what it will leave: so that the same command goes on after a break.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/errors.ts';

export class KeptTraining {
  readonly path: string;
  readonly #folder: string;
  #next: Uint8Array | undefined;
  #writing: Promise<void> | undefined;
  #error: unknown;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'checkpoint');
  }

  /** Undefined where no training was broken off. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'error';
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new Fault('unreadable_file', `${this.path}: cannot be read (${code})`, { cause: error });
    }
  }

  /** While one is written only the latest of those after it waits. */
  keep(bytes: Uint8Array): void {
    this.#next = bytes;
    this.#writing ??= this.#write()
      .catch((error: unknown) => {
        this.#error = error;
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Whether something is kept that the same command could go on from; waits for what is still being written. */
  async settled(): Promise<boolean> {
    await this.#writing;
    return this.#error === undefined && (await this.read()) !== undefined;
  }

  async remove(): Promise<void> {
    await this.#writing;
    await rm(this.path, { force: true });
  }

  async #write(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    while (this.#next) {
      const bytes = this.#next;
      this.#next = undefined;
      // Never half a file: a kill leaves the one before.
      await writeFile(`${this.path}.new`, bytes, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    }
  }
}
