// What a monitoring system is told of the node, beside what is counted as it happens: looked at when it asks, at most every second. What cannot be
// looked at is left out and said to be, so that one broken part hides no other. A sealed node tells what it is and where it lives, and no more.

import { statfs } from 'node:fs/promises';
import type { App } from './app.ts';
import type { Config } from './core/config.ts';
import type { AccessHooks } from './core/http/access.ts';
import { listenAt, metricsServer, mountMetrics } from './core/http/metrics-routes.ts';
import type { Store } from './core/store/store.ts';
import type { Format, GaugeHandle, Metrics } from './core/telemetry/metrics.ts';
import type { OpenNode } from './node.ts';
import { version } from './version.ts';

export type NodeMetricsParts = { store: Store; config: Config; folder: string; nowMs(): number };

const askEveryMs = 1_000;

type Part = { readonly name: string; measure(): Promise<void> | void };

/** @returns measures and writes down */
export function nodeMetrics(app: App, parts: NodeMetricsParts): (format: Format) => Promise<string> {
  const { metrics } = app;
  const failed = metrics.gauge(
    'holdfast_collect_failed',
    'Whether a part of the node could not be looked at: its figures are missing.',
    ['part'],
  );
  const all = partsOf(app, parts);
  let measured: { atMs: number; done: Promise<unknown> } | undefined;
  const look = async ({ name, measure }: Part) => {
    try {
      await measure();
      failed.set({ part: name }, 0);
    } catch {
      failed.set({ part: name }, 1);
    }
  };
  return async (format) => {
    const now = parts.nowMs();
    if (!measured || now - measured.atMs >= askEveryMs || now < measured.atMs)
      measured = { atMs: now, done: Promise.all(all.map(look)) };
    await measured.done;
    return metrics.text(format);
  };
}

export type MetricsListener = {
  /** Where the configuration gives `/metrics` a listener of its own. @throws {Fault} `port_in_use` */
  listen(): Promise<string | undefined>;
  close(): Promise<void>;
};

/** `/metrics` where the configuration wants it. */
export function mountNodeMetrics(app: App, hooks: AccessHooks, parts: NodeMetricsParts): MetricsListener {
  const { config } = parts;
  const isBehindProxy = config.trustedProxies !== undefined || (config.publicUrl !== undefined && config.tls === undefined);
  const routes = { hooks, declaration: config.metrics, isBehindProxy, text: nodeMetrics(app, parts) };
  const listen = config.metrics?.listen;
  if (listen === undefined) {
    mountMetrics(app.http, routes);
    return { listen: async () => undefined, close: async () => undefined };
  }
  const server = metricsServer({ ...routes, isBehindProxy: false });
  return { listen: () => listenAt(server, listen), close: () => server.close() };
}

function partsOf(app: App, { store, config, folder, nowMs }: NodeMetricsParts): Part[] {
  const { metrics } = app;
  metrics
    .gauge('holdfast_build_info', 'Version and store; always 1.', ['version', 'store'])
    .set({ version, store: store.engine }, 1);
  const sealed = metrics.gauge('holdfast_sealed', '1 while the node is sealed and takes nothing.');
  const expiry = metrics.gauge('holdfast_certificate_expiry_timestamp_seconds', "When the certificate of the node's HTTPS ends.");
  const failures = metrics.gauge(
    'holdfast_certificate_renewal_failures',
    'By ACME: how often in a row the authority gave no certificate.',
  );
  const free = metrics.gauge('holdfast_disk_free_bytes', 'Room left on the disk of the data folder.');
  const size = metrics.gauge('holdfast_disk_size_bytes', 'Size of the disk of the data folder.');
  const connections = metrics.gauge(
    'holdfast_postgres_connections',
    'Connections of the node to PostgreSQL that read, by what they do.',
    ['state'],
  );
  const waiting = metrics.gauge('holdfast_postgres_reads_waiting', 'Reads that wait for a connection to PostgreSQL.');
  const open = openParts(metrics, config, nowMs);
  return [
    { name: 'seal', measure: () => sealed.set({}, app.sealed ? 1 : 0) },
    {
      name: 'certificate',
      measure() {
        if (!app.tls) return;
        const { leaf, acme } = app.tls.certificate;
        expiry.set({}, Date.parse(leaf.validTo) / 1_000);
        if (acme) failures.set({}, acme.failures);
      },
    },
    {
      name: 'disk',
      async measure() {
        const disk = await statfs(folder);
        free.set({}, disk.bavail * disk.bsize);
        size.set({}, disk.blocks * disk.bsize);
      },
    },
    {
      name: 'postgres',
      measure() {
        const pool = store.connections?.();
        if (!pool) return;
        connections.set({ state: 'idle' }, pool.idle);
        connections.set({ state: 'busy' }, pool.busy);
        waiting.set({}, pool.waiting);
      },
    },
    ...open.map(({ name, gauges, measure }) => ({
      name,
      async measure() {
        // What was true of an open node is not said of a sealed one.
        if (app.sealed) for (const gauge of gauges) gauge.reset();
        else await measure(app.node());
      },
    })),
  ];
}

type OpenPart = { name: string; gauges: readonly GaugeHandle[]; measure(node: OpenNode): Promise<void> | void };

function openParts(metrics: Metrics, config: Config, nowMs: () => number): OpenPart[] {
  const gauge = (name: string, help: string, labels: readonly string[] = []) => metrics.gauge(`holdfast_${name}`, help, labels);
  return [
    queueParts(gauge, nowMs),
    modelParts(gauge),
    backupParts(gauge, config),
    auditParts(gauge),
    keyParts(gauge),
    part('erasures', [gauge('erasures_open', 'Erasures that are not finished.')], async ([open], { subjects }) =>
      open!.set({}, await subjects.erasures.unfinished()),
    ),
    part(
      'record',
      [
        gauge('events_recorded', 'Number of the newest event that is on disk.'),
        gauge('sources', 'Sources, the one for values typed by hand among them.'),
      ],
      ([events, sources], { profiles, directory }) => {
        events!.set({}, profiles.people.committedSeq());
        sources!.set({}, directory.ids().length);
      },
    ),
  ];
}

type MakeGauge = (name: string, help: string, labels?: readonly string[]) => GaugeHandle;

const part = (
  name: string,
  gauges: readonly GaugeHandle[],
  measure: (gauges: readonly GaugeHandle[], node: OpenNode) => Promise<void> | void,
): OpenPart => ({ name, gauges, measure: (node) => measure(gauges, node) });

function queueParts(gauge: MakeGauge, nowMs: () => number): OpenPart {
  const gauges = [
    gauge('queue_depth', 'What waits: events to be recorded, audit entries, trainings, quarantine of the fullest source.', [
      'queue',
    ]),
    gauge('queue_limit', 'The most that may wait; beyond it clients are turned away.', ['queue']),
    gauge('queue_oldest_seconds', 'How long the first of a queue waits; 0 when it is empty.', ['queue']),
  ] as const;
  return part('queues', gauges, async (_all, { profiles, audit, quarantine, models }) => {
    const [depth, limit, age] = gauges;
    const put = (queue: string, { waiting, most }: { waiting: number; most: number }) => {
      depth.set({ queue }, waiting);
      limit.set({ queue }, most);
    };
    const since = (queue: string, atMs: number | undefined) =>
      age.set({ queue }, atMs === undefined ? 0 : Math.max(0, nowMs() - atMs) / 1_000);
    put('events', profiles.queue());
    age.set({ queue: 'events' }, profiles.queue().oldestMs / 1_000);
    put('audit', audit.queue);
    since('audit', audit.waitingSinceMs);
    put('trainings', models.jobs.queue);
    since('trainings', models.jobs.waitingSinceMs);
    put('quarantine', await quarantine.fullest());
  });
}

function modelParts(gauge: MakeGauge): OpenPart {
  const gauges = [
    gauge('segments', 'Segments that are followed.'),
    gauge('models', 'Trained models.'),
    gauge('training_jobs', 'Trainings that are remembered, by state.', ['state']),
  ] as const;
  return part('models', gauges, (_all, { segments, models }) => {
    const [live, trained, jobs] = gauges;
    live.set({}, segments.count);
    trained.set({}, models.registry.models.length);
    const { counts } = models.jobs;
    for (const state of ['waiting', 'running', 'done', 'failed', 'cancelled'] as const) jobs.set({ state }, counts[state] ?? 0);
  });
}

function backupParts(gauge: MakeGauge, { backup }: Config): OpenPart {
  const gauges = [
    gauge('backup_scheduled', '1 where backups are made by themselves.'),
    gauge('backup_last_success_timestamp_seconds', 'When the newest backup was made; absent while there is none.'),
    gauge('backup_last_failure_timestamp_seconds', 'When work on backups last failed; absent when the latest did not.'),
    gauge('backup_running', '1 while work on backups is under way.'),
    gauge('restore_test_last_timestamp_seconds', 'When a restore was last tried out; absent while none was.'),
    gauge('restore_test_ok', 'Whether that restore opened and verified.'),
  ] as const;
  return part('backups', gauges, (_all, { backups }) => {
    const [scheduled, success, failure, running, tested, ok] = gauges;
    const { last, failed, job, test } = backups.view();
    const when = (handle: GaugeHandle, atMs: number | undefined) =>
      atMs === undefined ? handle.reset() : handle.set({}, atMs / 1_000);
    scheduled.set({}, backup?.to !== undefined && backup.everyMinutes !== undefined ? 1 : 0);
    when(success, last?.atMs);
    when(failure, failed?.atMs);
    running.set({}, job?.state === 'running' ? 1 : 0);
    when(tested, test?.atMs);
    if (test) ok.set({}, test.ok ? 1 : 0);
    else ok.reset();
  });
}

function auditParts(gauge: MakeGauge): OpenPart {
  const gauges = [
    gauge('audit_entries', 'Entries of the audit log.'),
    gauge('audit_broken', '1 when the end of the audit log is not what was signed.'),
  ] as const;
  return part('audit', gauges, async (_all, { audit }) => {
    const [entries, broken] = gauges;
    entries.set({}, audit.size);
    const isBroken = (await audit.check()).some(({ severity, check }) => severity === 'error' && check === 'audit-log');
    broken.set({}, isBroken ? 1 : 0);
  });
}

function keyParts(gauge: MakeGauge): OpenPart {
  const gauges = [
    gauge('key_epoch', 'The newest generation of the wrapping key.'),
    gauge('key_epoch_made_timestamp_seconds', 'When it was made.'),
    gauge('key_rotations_unfinished', 'Rotations of keys that are under way, or were cut short.'),
  ] as const;
  return part('keys', gauges, async (_all, { vault }) => {
    const [epoch, made, unfinished] = gauges;
    const newest = (await vault.epochs()).at(-1);
    if (newest) {
      epoch.set({}, newest.epoch);
      made.set({}, newest.madeAtMs / 1_000);
    }
    unfinished.set({}, (await vault.unfinishedRotations()).length);
  });
}
