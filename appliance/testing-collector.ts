// An OTLP collector for tests: takes what an exporter sends over HTTP and decodes it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: string | number; doubleValue?: number };
type Attribute = { key: string; value: Value };
type Sent = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes?: Attribute[];
  status?: { code?: number; message?: string };
};
export type Collected = Omit<Sent, 'attributes'> & { attributes: { [name: string]: string | number | undefined } };

export type Collector = {
  readonly url: string;
  readonly spans: Collected[];
  /** Everything as it came, headers too. */
  readonly bodies: string[];
  readonly headers: { [name: string]: unknown }[];
  close(): Promise<void>;
};

export async function openCollector(): Promise<Collector> {
  const [spans, bodies, headers]: [Collected[], string[], { [name: string]: unknown }[]] = [[], [], []];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    bodies.push(text);
    headers.push({ ...request.headers, path: request.url });
    const { resourceSpans } = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] };
    for (const { scopeSpans } of resourceSpans)
      for (const { spans: sent } of scopeSpans)
        for (const { attributes = [], ...span } of sent) spans.push({ ...span, attributes: valuesOf(attributes) });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const valuesOf = (attributes: readonly Attribute[]): Collected['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)),
    ]),
  );
