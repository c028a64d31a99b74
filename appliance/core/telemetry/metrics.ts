// The node's figures for a monitoring system, in OpenMetrics 1.0 and the older text format: of the process once, of each node in it. Labels are words of
// ours, patterns of routes and numbers of sources, so that nobody outside can add a series by what they send.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Format = 'openmetrics' | 'text';
export const contentTypes: { readonly [format in Format]: string } = {
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
  text: Registry.PROMETHEUS_CONTENT_TYPE,
};

/** Counts answered requests. */
export type HttpMeter = {
  /** @param seconds undefined where the time means nothing */
  answered(method: string, route: string, status: number, seconds: number | undefined): void;
};

/** Whole numbers would be written differently by different writers of the format. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Its types know no kind but the older one at first. */
function newRegistry(): Registry {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return registry;
}

let ofProcess: Registry | undefined;

/** Memory, collector, event loop, handles: once however many nodes a process has, as each would watch the same for as long as the process lives. */
function processRegistry(): Registry {
  if (ofProcess) return ofProcess;
  const registry = newRegistry();
  collectDefaultMetrics({ register: registry, gcDurationBuckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 2.5] });
  // Gauges that are named as counters, which the format forbids; the figures by type beside them say the same.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);
  // Of libuv's own kinds in Node's internals: unstable names, and the figure of resources has them all.
  for (const name of ['handles', 'requests']) registry.removeSingleMetric(`nodejs_active_${name}`);
  ofProcess = registry;
  return registry;
}

export type GaugeHandle = { set(labels: { [label: string]: string }, value: number): void; reset(): void };

export class Metrics implements HttpMeter {
  readonly #registry = newRegistry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #durations: Histogram<'method' | 'route'>;
  /** A look-up by one text in place of hashing labels: this is asked for every request. */
  readonly #counters = new Map<string, { inc(by?: number): void }>();
  readonly #timers = new Map<string, { observe(seconds: number): void }>();
  readonly #events: Counter<'source' | 'outcome'>;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'holdfast_http_requests',
      help: 'Requests answered, by pattern of the route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'holdfast_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer; of streams none.',
      labelNames: ['method', 'route'],
      buckets: durationBuckets,
      registers,
    });
    this.#events = new Counter({
      name: 'holdfast_ingest_events',
      help: 'Events by number of their source: accepted, duplicate, quarantined (a rule of the source), rejected (not of the protocol).',
      labelNames: ['source', 'outcome'],
      registers,
    });
  }

  answered(method: string, route: string, status: number, seconds: number | undefined): void {
    const key = `${method} ${route}`;
    this.#counter(`${key} ${status}`, () => this.#requests.labels(method, route, String(status))).inc();
    if (seconds === undefined) return;
    let timer = this.#timers.get(key);
    if (!timer) {
      timer = this.#durations.labels(method, route);
      this.#timers.set(key, timer);
    }
    timer.observe(seconds);
  }

  /** @param source the number of a source that a write key has proved */
  readonly arrived = (source: number, outcome: 'accepted' | 'duplicate' | 'quarantined' | 'rejected', count: number): void => {
    if (count > 0) this.#counter(`${source} ${outcome}`, () => this.#events.labels(String(source), outcome)).inc(count);
  };

  /** A figure that is set before it is read. */
  gauge(name: string, help: string, labelNames: readonly string[] = []): GaugeHandle {
    const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
    // Without labels the library begins with 0, and goes back to it: what is not known is not 0.
    const reset = () => (labelNames.length === 0 ? gauge.remove() : gauge.reset());
    reset();
    return { set: (labels, value) => gauge.set(labels, value), reset };
  }

  #counter(key: string, make: () => { inc(by?: number): void }): { inc(by?: number): void } {
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = make();
      this.#counters.set(key, counter);
    }
    return counter;
  }

  async text(format: Format): Promise<string> {
    const written = await Registry.merge([processRegistry(), this.#registry]).metrics();
    // Bounds are floats in OpenMetrics, and what is no number is written so and not otherwise.
    const canonical = written.replace(/\ble="(\d+)"/g, 'le="$1.0"').replace(/ Nan$/gm, ' NaN');
    return format === 'openmetrics' ? canonical : asText(canonical);
  }

  /** Names and kinds, for documents and tests. */
  async names(): Promise<{ name: string; type: string; help: string }[]> {
    const all = await Registry.merge([processRegistry(), this.#registry]).getMetricsAsJSON();
    return all.map(({ name, type, help }) => ({
      name: type === ('counter' as never) ? totalOf(name) : name,
      type: String(type),
      help,
    }));
  }
}

const totalOf = (name: string) => (name.endsWith('_total') ? name : `${name}_total`);

/** The older format has no end mark, and a counter's family is named as its samples are. */
function asText(openMetrics: string): string {
  const counters = new Set([...openMetrics.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name!));
  return openMetrics
    .replace(/^# (HELP|TYPE) (\S+)/gm, (line, word: string, name: string) =>
      counters.has(name) ? `# ${word} ${totalOf(name)}` : line,
    )
    .replace(/# EOF\n$/, '');
}
