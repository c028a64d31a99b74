// The front door of imports: a file of any usual kind becomes events of one source, each row once, in flat memory, and an
// import that was killed goes on where it stood.

import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../../core/errors.ts';
import { type Event, eventLimits, type Outcome, type RecordBatch, type SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import { type Checkpoint, type ImportStore, importKey } from './checkpoint.ts';
import type { Encoding } from './encoding.ts';
import { eventMaker, type Made } from './event-of-row.ts';
import { type Compression, fileInput, type ImportInput } from './input.ts';
import { importLimits } from './limits.ts';
import type { Format, ImportMap } from './map.ts';
import { type Plan, planImport, type Reading, rowsOf } from './plan.ts';
import { dropStaleRejects, RejectFile } from './rejects.ts';
import type { Row } from './rows.ts';

export { folderImportStore, type ImportStore, memoryImportStore } from './checkpoint.ts';
export { importLimits } from './limits.ts';
export { type ImportMap, readMap } from './map.ts';
export { type Columns, recogniseColumns } from './recognise.ts';
export { type TableRow, tableRows } from './table-stream.ts';
export { type PartedFile, type PartRow, rowsOfPart, type TextPart } from './text-part.ts';

export type Counts = {
  /** Rows read, the header not among them. */
  readonly rows: number;
  readonly recorded: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly rejected: number;
};
export type ImportProgress = Counts & {
  /** Of the file as it lies on disk. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** The node is at capacity and is waited for. */
  readonly waiting: boolean;
};
export type ImportReport = Counts & {
  readonly file: string;
  readonly format: Format;
  readonly compression: Compression;
  readonly encoding: Encoding | 'ascii';
  readonly map: ImportMap;
  readonly mapGuessed: boolean;
  /** The line it went on from; absent when it began at the beginning. */
  readonly resumedAtLine?: number;
  readonly rejectsPath?: string;
  /** True when the signal ended it early; the same call goes on from there. */
  readonly stopped: boolean;
};
export type ImportRequest = {
  /** A file, or anything else that can be read twice. */
  readonly path?: string;
  readonly input?: ImportInput;
  readonly source: SourceId;
  /** Already checked by `readMap`; without one the columns are recognised. */
  readonly map?: ImportMap;
  /** What the node is configured with; the map outdoes it. */
  readonly defaults?: Pick<ImportMap, 'region' | 'timeZone'>;
  readonly recordBatch: RecordBatch;
  readonly ports: Pick<Ports, 'clock'>;
  readonly checkpoint: ImportStore;
  /** Default: beside the file, `FILE.rejects.csv`. */
  readonly rejectsPath?: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
  /** Waits while the node is at capacity; replaced in tests. */
  readonly wait?: (ms: number) => Promise<void>;
};

/** What a file is and the map its columns suggest, without importing anything. @throws {Fault} as `importFile` */
export async function inspectFile(
  path: string,
  map?: ImportMap,
): Promise<Pick<Plan, 'format' | 'compression' | 'encoding' | 'dialect' | 'header' | 'skipFirst' | 'map' | 'guessed'>> {
  return planImport(await fileInput(path), map);
}

/**
 * Imports a file. Order within the file is kept per customer.
 * @throws {Fault} `unreadable_file`, `limit_reached`, `too_busy` (after 15 minutes of it), and what `recordBatch` throws;
 *   everything before the fault is recorded, and the same call goes on from there
 */
export async function importFile(request: ImportRequest): Promise<ImportReport> {
  const input = request.input ?? (await fileInput(request.path ?? ''));
  const plan = await planImport(input, withDefaults(request));
  const key = importKey(request.source, input, plan.fingerprint, plan.mapHash);
  const start = await request.checkpoint.load(key);
  const rejectsPath = request.rejectsPath ?? (request.path === undefined ? undefined : `${request.path}.rejects.csv`);
  if (rejectsPath !== undefined && !start) await dropStaleRejects(rejectsPath);
  const run = new Run(
    request,
    plan,
    key,
    start,
    rejectsPath === undefined ? undefined : new RejectFile(rejectsPath, start?.rejectBytes ?? 0),
  );
  const make = eventMaker(plan.map, plan.header, {
    fingerprint: plan.fingerprint,
    mapHash: plan.mapHash,
    fileTimeMs: input.mtimeMs,
    nowMs: () => request.ports.clock.nowMs(),
  });
  return run.all(make, start, rejectsPath);
}

// Region and zone are no map: columns are still recognised when nothing else is given.
function withDefaults({ map, defaults }: ImportRequest): ImportMap | undefined {
  return map === undefined && defaults === undefined ? undefined : { ...defaults, ...map };
}

class Run {
  readonly #request: ImportRequest;
  readonly #plan: Plan;
  readonly #key: string;
  readonly #rejects: RejectFile | undefined;
  readonly #reading: Reading;
  #counts: { -readonly [name in keyof Counts]: number };
  /** As of the last batch that was recorded: what a stopped import reports. */
  #saved: Counts;
  #batch: Event[] = [];
  #batchBytes = 0;
  #inFlight: Promise<void> = Promise.resolve();
  #position: { offset: number; line: number };
  #rejectedHere = 0;
  #bytesRead = 0;
  #waiting = false;

  constructor(request: ImportRequest, plan: Plan, key: string, start: Checkpoint | undefined, rejects: RejectFile | undefined) {
    this.#request = request;
    this.#plan = plan;
    this.#key = key;
    this.#rejects = rejects;
    this.#reading = { encoding: start?.encoding };
    this.#position = { offset: start?.offset ?? 0, line: start?.line ?? 1 };
    const { rows = 0, recorded = 0, duplicates = 0, quarantined = 0, rejected = 0 } = start ?? {};
    this.#counts = { rows, recorded, duplicates, quarantined, rejected };
    this.#saved = { ...this.#counts };
  }

  async all(
    make: (row: Row & { ok: true }) => Made,
    start: Checkpoint | undefined,
    rejectsPath: string | undefined,
  ): Promise<ImportReport> {
    let skip = this.#plan.skipFirst && this.#position.offset === 0;
    let stopped = false;
    const salt = `source ${this.#request.source}`;
    try {
      const batches = rowsOf(this.#plan, { ...this.#position }, this.#reading, salt, (bytes) => {
        this.#bytesRead = bytes;
      });
      for await (const rows of batches) {
        for (const row of rows) {
          if (skip && row.ok) [skip, this.#position] = [false, row.next];
          else await this.#take(row, make);
        }
        stopped = this.#request.signal?.aborted === true;
        if (stopped) break;
      }
      if (!stopped) await this.#send();
      await this.#inFlight;
      if (!stopped) await this.#request.checkpoint.clear(this.#key);
    } catch (error) {
      if (!this.#request.signal?.aborted) await this.#salvage(error);
      stopped = true;
    } finally {
      await this.#rejects?.close();
    }
    return this.#report(start, rejectsPath, stopped);
  }

  /** A file that breaks off has still brought what came before; then the reason is told. */
  async #salvage(error: unknown): Promise<never> {
    if (error instanceof Fault && (error.code === 'unreadable_file' || error.code === 'limit_reached')) {
      await this.#send();
      await this.#inFlight;
    }
    throw error;
  }

  async #take(row: Row, make: (row: Row & { ok: true }) => Made): Promise<void> {
    const made = row.ok ? make(row) : row;
    this.#counts.rows++;
    if ('event' in made) {
      this.#batch.push(made.event);
      this.#batchBytes += made.sizeBytes;
    } else {
      this.#counts.rejected++;
      this.#rejectedHere++;
      this.#rejects?.add(row.line, made.reason, row.raw);
    }
    this.#position = row.next;
    const full = this.#batch.length >= importLimits.batchEvents || this.#batchBytes >= importLimits.batchBytes;
    if (full || this.#rejects?.full || this.#rejectedHere >= importLimits.batchEvents) await this.#send();
  }

  /** Hands the batch over and goes on reading while it is recorded: one batch is read ahead, never more. */
  async #send(): Promise<void> {
    await this.#inFlight;
    const events = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#rejectedHere = 0;
    const behind = {
      ...this.#position,
      rows: this.#counts.rows,
      rejected: this.#counts.rejected,
      encoding: this.#reading.encoding,
    };
    const rejectBytes = (await this.#rejects?.flush()) ?? 0;
    this.#inFlight = this.#record(events).then(async () => {
      const { recorded, duplicates, quarantined } = this.#counts;
      this.#saved = { rows: behind.rows, rejected: behind.rejected, recorded, duplicates, quarantined };
      await this.#request.checkpoint.save(this.#key, { version: 1, ...behind, recorded, duplicates, quarantined, rejectBytes });
      this.#tell();
    });
    // Its failure is met at the next await of it; until then it must not count as unhandled.
    this.#inFlight.catch(() => {});
  }

  async #record(events: readonly Event[]): Promise<void> {
    for (let from = 0; from < events.length; from += eventLimits.batchEvents) {
      const outcomes = await this.#patiently(() =>
        this.#request.recordBatch(this.#request.source, events.slice(from, from + eventLimits.batchEvents)),
      );
      for (const { outcome } of outcomes) {
        if (outcome === 'recorded') this.#counts.recorded++;
        else if (outcome === 'duplicate') this.#counts.duplicates++;
        else this.#counts.quarantined++;
      }
    }
  }

  async #patiently(attempt: () => Promise<Outcome[]>): Promise<Outcome[]> {
    const { signal, wait } = this.#request;
    let waitedMs = 0;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'too_busy') || waitedMs >= importLimits.busyWaitMs || signal?.aborted)
          throw error;
        const ms = Math.min(Math.max(error.retryAfterS ?? 1, 0.1) * 1000, importLimits.busyPauseMs);
        waitedMs += ms;
        this.#waiting = true;
        this.#tell();
        if (wait) await wait(ms);
        else await pause(ms, undefined, signal ? { signal } : {});
        this.#waiting = false;
      }
    }
  }

  #tell(): void {
    this.#request.onProgress?.({
      ...this.#counts,
      bytesRead: this.#bytesRead,
      bytesTotal: this.#plan.input.sizeBytes,
      waiting: this.#waiting,
    });
  }

  #report(start: Checkpoint | undefined, rejectsPath: string | undefined, stopped: boolean): ImportReport {
    const counts = stopped ? this.#saved : this.#counts;
    return {
      ...counts,
      file: this.#plan.input.name,
      format: this.#plan.format,
      compression: this.#plan.compression,
      encoding: this.#reading.encoding ?? 'ascii',
      map: this.#plan.map,
      mapGuessed: this.#plan.guessed,
      ...(start ? { resumedAtLine: start.line } : {}),
      ...(rejectsPath !== undefined && counts.rejected > 0 ? { rejectsPath } : {}),
      stopped,
    };
  }
}
