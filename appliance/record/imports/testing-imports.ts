// Files for the tests of imports, and what becomes of their rows: a record that keeps each messageId once, as the node does.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Event, RecordBatch } from '../../core/model/event.ts';
import { memoryImportStore } from './checkpoint.ts';
import { type ImportReport, type ImportRequest, importFile } from './imports.ts';
import type { ImportMap } from './map.ts';

/** Of this run of tests, gone after it. */
export let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-import-'));
});
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
export async function file(content: string | Buffer, name = 'data.csv'): Promise<string> {
  const path = join(folder, `${files++}-${name}`);
  await writeFile(path, content);
  return path;
}

/** Keeps each messageId once, as the node does. */
export function recorder(): { events: Map<string, Event>; batches: number; recordBatch: RecordBatch } {
  const held = {
    events: new Map<string, Event>(),
    batches: 0,
    recordBatch: (async (_source, events) => {
      held.batches++;
      return events.map((event) => {
        const known = held.events.has(event.messageId);
        held.events.set(event.messageId, event);
        return { messageId: event.messageId, outcome: known ? 'duplicate' : 'recorded' };
      });
    }) as RecordBatch,
  };
  return held;
}

export async function run(
  path: string,
  map?: ImportMap,
  more: Partial<ImportRequest> = {},
): Promise<{ report: ImportReport; events: Event[]; rejects: string[] }> {
  const { events, recordBatch } = recorder();
  const request = {
    path,
    source: 1,
    recordBatch,
    ports: { clock: { nowMs: () => 1_700_000_000_000 } },
    checkpoint: memoryImportStore(),
    ...(map ? { map } : {}),
    ...more,
  };
  const report = await importFile(request);
  const rejects = report.rejectsPath ? (await readFile(report.rejectsPath, 'utf8')).trim().split('\n').slice(1) : [];
  return { report, events: [...events.values()], rejects };
}
