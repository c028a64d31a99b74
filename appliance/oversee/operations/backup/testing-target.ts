// A target in memory for tests: it can be full, and be cut off after so many writes, as a kill would.

import { Fault } from '../../../core/errors.ts';
import type { StoredObject, Target } from './target.ts';

export class CutOff extends Error {}

export class MemoryTarget implements Target {
  readonly objects = new Map<string, Buffer>();
  /** Changes that still get through. */
  changesLeft = Number.POSITIVE_INFINITY;
  bytesMost = Number.POSITIVE_INFINITY;

  async get(name: string): Promise<Buffer | undefined> {
    return this.objects.get(name);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    this.#change();
    const used = [...this.objects.values()].reduce((sum, { length }) => sum + length, 0);
    if (used + bytes.length > this.bytesMost) throw new Fault('backup_target_full', 'memory');
    this.objects.set(name, Buffer.from(bytes));
  }

  async putNew(name: string, bytes: Uint8Array): Promise<boolean> {
    if (this.objects.has(name)) return false;
    await this.put(name, bytes);
    return true;
  }

  async remove(name: string): Promise<void> {
    this.#change();
    this.objects.delete(name);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for (const name of [...this.objects.keys()].sort())
      if (name.startsWith(prefix)) yield { name, sizeBytes: this.objects.get(name)!.length };
  }

  async settle(): Promise<void> {}
  async sweep(): Promise<void> {}
  close(): void {}

  #change(): void {
    if (this.changesLeft <= 0) throw new CutOff('cut off');
    this.changesLeft -= 1;
  }
}
