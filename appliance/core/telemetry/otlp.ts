// Traces on: OpenTelemetry's own SDK, sent to a collector by OTLP over HTTP. Loaded only where the configuration asks for it (open-tracing.ts). Nothing is
// registered globally and nothing is instrumented by itself: the node makes every span, by tracing.ts's closed list.

import {
  SpanKind as OtelKind,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { Fault } from '../errors.ts';
import { type Attributes, attributeNames, type Span, type SpanKind, type Tracing } from './tracing.ts';

export type OtlpSettings = {
  /** With the path: `http://127.0.0.1:4318/v1/traces`. */
  url: string;
  headers: { [name: string]: string };
  /** Of traces that begin here: 0 to 1. */
  sampling: number;
  version: string;
};

const kinds: { readonly [kind in SpanKind]: OtelKind } = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  internal: OtelKind.INTERNAL,
};
const allowed: ReadonlySet<string> = new Set(attributeNames);

/** The types hold callers to the list; this holds whatever gets by them. Words of ours are short. */
function permitted(attributes: Attributes): { [name: string]: string | number } {
  const kept: { [name: string]: string | number } = {};
  for (const [name, value] of Object.entries(attributes))
    if (allowed.has(name) && value !== undefined) kept[name] = typeof value === 'string' ? value.slice(0, 200) : value;
  return kept;
}

export function startOtlp({ url, headers, sampling, version }: OtlpSettings): Tracing {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: 5_000 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'holdfast', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampling) }),
    spanLimits: { attributeCountLimit: attributeNames.length, eventCountLimit: 0, linkCountLimit: 0 },
    // Beyond what waits, spans are dropped: a collector that is down costs memory once and no request anything.
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 4_096, scheduledDelayMillis: 5_000 })],
  });
  const tracer = provider.getTracer('holdfast', version);

  const start = (name: string, attributes: Attributes, kind: SpanKind, parent: SpanContext | undefined): OtelSpan => {
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    return tracer.startSpan(name, { kind: kinds[kind], attributes: permitted(attributes) }, context);
  };
  const wrap = (span: OtelSpan): Span => ({
    child: (name, attributes, kind = 'internal') => wrap(start(name, attributes, kind, span.spanContext())),
    set: (attributes) => void span.setAttributes(permitted(attributes)),
    end(error) {
      if (error !== undefined) {
        span.setAttributes({ 'holdfast.error': kindOf(error) });
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  });
  return {
    start(name, attributes, kind, parent) {
      const flags = parent?.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
      const remote = parent && { traceId: parent.traceId, spanId: parent.spanId, traceFlags: flags, isRemote: true };
      const span = start(name, attributes, kind, remote);
      return span.isRecording() ? wrap(span) : undefined;
    },
    // A collector that does not answer is no reason not to stop.
    close: () => Promise.race([provider.shutdown().catch(() => undefined), after(closingMs)]),
  };
}

const closingMs = 2_000;

const after = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });

function kindOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  return error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
}
