// What the machine itself does meanwhile, so that a slow answer can be laid at the right door: a page written and synced on the disk of the data folder, and how late
// a timer of the load comes, which is the processor that the load had to wait for.

import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from './tally.ts';

export const machineKinds = ['a page synced', 'a timer late'] as const;
const page = Buffer.alloc(4096, 1);
const timerMs = 20;

export class Machine {
  readonly #file: FileHandle;
  readonly #tally: Tally;

  private constructor(file: FileHandle, tally: Tally) {
    this.#file = file;
    this.#tally = tally;
  }

  static async open(file: string, tally: Tally): Promise<Machine> {
    return new Machine(await open(file, 'w', 0o600), tally);
  }

  async look(): Promise<void> {
    const begun = performance.now();
    await this.#file.write(page, 0, page.length, 0);
    await this.#file.datasync();
    this.#tally.took(machineKinds[0], performance.now() - begun);
    const set = performance.now();
    await sleep(timerMs);
    this.#tally.took(machineKinds[1], Math.max(0, performance.now() - set - timerMs));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
