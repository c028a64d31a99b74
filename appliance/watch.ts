// What watches a node from its first moment to its last, sealed or open: where its log goes, traces, and whether its store answers.

import { resolve } from 'node:path';
import type { Config } from './core/config.ts';
import type { NotReady } from './core/http/health.ts';
import type { LogSink } from './core/http/log.ts';
import type { Store } from './core/store/store.ts';
import { openLogFile } from './core/telemetry/log-file.ts';
import { openTracing } from './core/telemetry/open-tracing.ts';
import type { Tracing } from './core/telemetry/tracing.ts';
import { version } from './version.ts';

export type Watch = { log: LogSink; tracing: Tracing | undefined; close(): Promise<void> };

/** @throws {Fault} `config_invalid` for a header of the collector that cannot be read */
export async function openWatch(folder: string, config: Config): Promise<Watch> {
  const tracing = await openTracing(config.tracing, { folder, version });
  const file =
    config.log?.file === undefined ? undefined : openLogFile(resolve(folder, config.log.file), config.log, process.stdout);
  return {
    log: file ?? process.stdout,
    tracing,
    async close() {
      await tracing?.close();
      await file?.close();
    },
  };
}

type Problem = () => Promise<NotReady | undefined> | NotReady | undefined;

/** The first of two that says why the node serves nothing; the store is asked last. */
export const notServing =
  (store: Problem, several: Problem): Problem =>
  async () =>
    (await several()) ?? (await store());

const askEveryMs = 1_000;
const patienceMs = 3_000;

/** Asks the store, at most once a second however often somebody asks us: nobody says who they are at a probe. */
export function databaseProblem(store: Store, nowMs: () => number): () => Promise<NotReady | undefined> {
  let asked: { atMs: number; answer: Promise<NotReady | undefined> } | undefined;
  return () => {
    const now = nowMs();
    if (!asked || now - asked.atMs >= askEveryMs || now < asked.atMs) asked = { atMs: now, answer: answers(store) };
    return asked.answer;
  };
}

async function answers(store: Store): Promise<NotReady | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs).unref();
  });
  const answered = store.select('SELECT 1 AS answer').then(
    () => 'there' as const,
    () => 'gone' as const,
  );
  try {
    return (await Promise.race([answered, late])) === 'there' ? undefined : 'database';
  } finally {
    clearTimeout(timer);
  }
}
