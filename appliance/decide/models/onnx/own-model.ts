// A customer's own ONNX model: checked when it is brought, tried on their example rows, and run in a process of its own with a limit of time
// and memory, because a foreign graph may hang, crash or eat the machine and the node must not notice more than a fault.

import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { Row } from '../scoring/scoring.ts';
import { type FileSummary, fileLimits } from './check.ts';
import type { Answer, Order } from './own-model.process.ts';
import { pack, type Signature, type Source, sourceOfMatrix, sourceOfRows } from './signature.ts';

export { fileLimits } from './check.ts';
export { parseSignature, type Signature } from './signature.ts';

export type OwnModelLimits = {
  /** For the start of the process and the loading of the file. */
  readonly loadMs: number;
  /** For the answer to one batch of rows. */
  readonly runMs: number;
  /** Of memory that the process may hold, where the system says how much it does (Linux); looked at every `watchMs`. */
  readonly memoryMB: number;
};
export const ownModelLimits: OwnModelLimits & {
  readonly watchMs: number;
  readonly examples: number;
  readonly batchRows: number;
} = Object.freeze({
  loadMs: 30_000,
  runMs: 10_000,
  memoryMB: 2_048,
  watchMs: 100,
  examples: 1_000,
  batchRows: 2_048,
});
/** How far a trial may be from what the customer expects of it. */
const exampleTolerance = 1e-4;

/** A row to try the model on, and what it should give if that is known. */
export type Example = { readonly row: Row; readonly expected?: number };

export type OwnModel = {
  readonly signature: Signature;
  readonly summary: FileSummary;
  /** What the model gave for the examples. */
  readonly trial: Float64Array;
  /** Of the process; it changes when the model had to be started again. */
  pid(): number | undefined;
  /**
   * @returns one number for each row, in double precision
   * @throws {Fault} `bad_request` for a value of the wrong kind, `model_invalid` for an answer that is not what it should mean, `model_failed`
   *   when the process broke down or took too long; the next call starts another
   */
  rows(rows: readonly Row[]): Promise<Float64Array>;
  /** All rows of a matrix, a batch at a time, by the columns' names. @throws {Fault} as `rows`, and `model_invalid` for a column that it has not */
  matrix(matrix: Matrix, options?: { signal?: AbortSignal; onProgress?: (rows: number) => void }): Promise<Float64Array>;
  close(): void;
};

/**
 * Brings a model in: size, file, signature, then a trial on the examples, all at once and the first one alone.
 * @throws {Fault} `model_invalid` with what is wrong in `where`, `model_failed` when it breaks down or takes too long
 */
export async function openOwnModel(
  bytes: Uint8Array,
  signature: Signature,
  examples: readonly Example[],
  limits: Partial<OwnModelLimits> = {},
): Promise<OwnModel> {
  if (bytes.length > fileLimits.bytes)
    throw new Fault('model_invalid', `file: expected at most ${fileLimits.bytes} bytes, got ${bytes.length}`);
  if (examples.length === 0 || examples.length > ownModelLimits.examples)
    throw new Fault('model_invalid', `examples: expected 1 to ${ownModelLimits.examples} rows, got ${examples.length}`);
  const runner = new Runner(bytes, signature, { ...ownModelLimits, ...limits });
  try {
    const summary = await runner.start();
    const trial = await tryOut(runner, signature, examples);
    return { signature, summary, trial, ...serving(runner, signature) };
  } catch (error) {
    runner.end();
    throw error;
  }
}

async function tryOut(runner: Runner, signature: Signature, examples: readonly Example[]): Promise<Float64Array> {
  const rows = examples.map(({ row }) => row);
  const trial = await runner.run(signature, rows.length, sourceOfRows(rows));
  const [alone] = await runner.run(signature, 1, sourceOfRows(rows));
  // The last bits may differ: sums of many rows are added in another order than those of one.
  if (Math.abs(alone! - trial[0]!) > 1e-5 * Math.max(1, Math.abs(alone!)))
    throw new Fault('model_invalid', 'examples.0: the model answers differently for the row alone and among others');
  examples.forEach(({ expected }, at) => {
    if (expected !== undefined && !(Math.abs(trial[at]! - expected) <= exampleTolerance * Math.max(1, Math.abs(expected))))
      throw new Fault('model_invalid', `examples.${at}: the model's answer is not the expected one`);
  });
  return trial;
}

function serving(runner: Runner, signature: Signature): Omit<OwnModel, 'signature' | 'summary' | 'trial'> {
  const { batchRows } = ownModelLimits;
  return {
    pid: () => runner.pid(),
    async rows(rows) {
      const values = new Float64Array(rows.length);
      for (let from = 0; from < rows.length; from += batchRows) {
        const batch = rows.slice(from, from + batchRows);
        values.set(await runner.run(signature, batch.length, sourceOfRows(batch)), from);
      }
      return values;
    },
    async matrix(matrix, { signal, onProgress } = {}) {
      const values = new Float64Array(matrix.rows);
      for (let from = 0; from < matrix.rows; from += batchRows) {
        signal?.throwIfAborted();
        const count = Math.min(batchRows, matrix.rows - from);
        values.set(await runner.run(signature, count, sourceOfMatrix(matrix, from)), from);
        onProgress?.(from + count);
      }
      return values;
    },
    close: () => runner.end(),
  };
}

type Load = Extract<Order, { load: unknown }>;
type Wanted = { load: Load['load'] } | { run: Extract<Order, { run: unknown }>['run'] };

/** The process of one model: started when needed, ended when it is over a limit. Orders go one at a time. */
class Runner {
  readonly #bytes: Uint8Array;
  readonly #signature: Signature;
  readonly #limits: OwnModelLimits;
  #process: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #ended = false;

  constructor(bytes: Uint8Array, signature: Signature, limits: OwnModelLimits) {
    this.#bytes = bytes;
    this.#signature = signature;
    this.#limits = limits;
  }

  pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<FileSummary> {
    const child = fork(new URL('./own-model.process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A foreign graph learns nothing of the node's surroundings.
      env: {},
      execArgv: [],
    });
    // A model that waits for rows does not keep the node from ending.
    child.unref();
    child.channel?.unref();
    // Also between two orders, when nobody else listens.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.#process === child) this.#process = undefined;
    });
    this.#process = child;
    const answer = await this.#ask(child, { load: { bytes: this.#bytes, signature: this.#signature } }, this.#limits.loadMs);
    if (!('summary' in answer)) throw new Error('a load is answered with a summary');
    return answer.summary;
  }

  run(signature: Signature, rows: number, source: Source): Promise<Float64Array> {
    const inputs = pack(signature, rows, source);
    const turn = this.#last.then(async () => {
      if (this.#ended) throw new Fault('model_failed', 'the model was closed');
      if (!this.#process) await this.start();
      const answer = await this.#ask(this.#process!, { run: inputs }, this.#limits.runMs);
      if (!('values' in answer)) throw new Error('a run is answered with values');
      return answer.values;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  end(): void {
    this.#ended = true;
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  /** @throws {Fault} `model_invalid` for what the process refuses, `model_failed` when it ends or is ended */
  async #ask(child: ChildProcess, wanted: Wanted, limitMs: number): Promise<Answer> {
    const id = this.#nextId++;
    const done = new AbortController();
    const fail = (what: string) => {
      if (this.#process === child) this.#process = undefined;
      child.kill('SIGKILL');
      return new Fault('model_failed', what);
    };
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const heard = (answer: Answer) => {
          if (answer.id !== id) return;
          if ('refused' in answer) reject(new Fault('model_invalid', answer.refused));
          else resolve(answer);
        };
        const gone = (code: number | null, signal: string | null) =>
          reject(fail(`its process ended by ${signal ?? `code ${code}`}`));
        const broken = (error: Error) => reject(fail(`its process: ${error.message}`));
        child.on('message', heard).on('exit', gone).on('error', broken);
        done.signal.addEventListener('abort', () => child.off('message', heard).off('exit', gone).off('error', broken));
        const ignore = () => undefined;
        after(limitMs, undefined, { signal: done.signal }).then(() => reject(fail(`took longer than ${limitMs} ms`)), ignore);
        this.#watch(child, done.signal).then(
          (over) => over && reject(fail(`took more than ${this.#limits.memoryMB} MB of memory`)),
          ignore,
        );
        child.send({ id, ...wanted } satisfies Order, (error) => error && broken(error));
      });
    } finally {
      done.abort();
    }
  }

  /** @returns true as soon as the process holds too much; false where nobody says how much it holds */
  async #watch(child: ChildProcess, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const heldMB = residentMB(child.pid);
      if (Number.isNaN(heldMB)) return false;
      if (heldMB > this.#limits.memoryMB) return true;
      await after(ownModelLimits.watchMs, undefined, { signal });
    }
    return false;
  }
}

/** From the kernel's own accounting (Linux); NaN elsewhere, and when the process is gone. */
function residentMB(pid: number | undefined): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) / 1024 : Number.NaN;
  } catch {
    return Number.NaN;
  }
}
