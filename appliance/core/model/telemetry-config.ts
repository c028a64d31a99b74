// What the configuration says of watching the node from outside: who may read its figures, where its log goes, and where traces are sent.

import { type ListenDeclaration, listenSchema } from './listen-config.ts';

export type MetricsDeclaration = {
  /** A listener for `/metrics` alone; the node's own address and port serve it when absent. */
  listen?: ListenDeclaration;
  /** `loopback`: this machine needs no key. `key`: everybody does. `anyone`: nobody does, for a listener in a network of its own. */
  open?: 'loopback' | 'key' | 'anyone';
};

export type LogDeclaration = {
  level?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** Relative to the data folder; standard output, which journald keeps, when absent. */
  file?: string;
  /** Of one file, 10 when absent. Beyond it a new one is begun. */
  megabytes?: number;
  /** How many are kept beside the one that is written, 5 when absent. */
  keep?: number;
};

export type TracingDeclaration = {
  /** Of an OTLP collector over HTTP: `http://127.0.0.1:4318`. */
  endpoint: string;
  /** Headers for it, by name: files that hold their values, relative to the data folder. */
  headerFiles?: { [name: string]: string };
  /** The share of traces that begin here, 0 to 1; all when absent. One that comes from outside is kept as its sender says. */
  sampling?: number;
};

const path = { type: 'string', minLength: 1, maxLength: 1000 } as const;

export const metricsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    listen: listenSchema(0),
    open: { enum: ['loopback', 'key', 'anyone'] },
  },
} as const;

export const logSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    level: { enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] },
    file: path,
    megabytes: { type: 'integer', minimum: 1, maximum: 1024 },
    keep: { type: 'integer', minimum: 1, maximum: 100 },
  },
} as const;

export const tracingSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['endpoint'],
  properties: {
    endpoint: { type: 'string', pattern: '^https?://[^\\s?#@]+$', maxLength: 500 },
    headerFiles: {
      type: 'object',
      maxProperties: 10,
      propertyNames: { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' },
      additionalProperties: path,
    },
    sampling: { type: 'number', minimum: 0, maximum: 1 },
  },
} as const;
