// The page's end of the worker that reads a file: one question at a time, one answer each.

import type { Ask, Said } from './import-file.worker.ts';
import { type Choice, type Part, type Shape, Unreadable } from './import-reading.ts';

export class FileReading {
  readonly #worker = new Worker(new URL('./import-file.worker.ts', import.meta.url), { type: 'module' });

  /** @throws {Unreadable} */
  async open(file: File, choice: Choice): Promise<Shape> {
    const said = await this.#ask({ ask: 'open', file, choice });
    if (said.said !== 'shape') throw new TypeError(`expected a shape, got ${said.said}`);
    return said.shape;
  }

  /** The next part; undefined at the end. */
  async next(): Promise<Part | undefined> {
    const said = await this.#ask({ ask: 'next' });
    if (said.said !== 'part') throw new TypeError(`expected a part, got ${said.said}`);
    return said.part;
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(ask: Ask): Promise<Said> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Said>) => {
        if (data.said !== 'fault') resolve(data);
        else reject(data.code === undefined ? new Error('the file could not be read') : new Unreadable(data.code));
      };
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.postMessage(ask);
    });
  }
}
