// Opens traces as the configuration says, or not at all: OpenTelemetry is loaded by the first node that has a collector, and by no other.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../errors.ts';
import type { TracingDeclaration } from '../model/telemetry-config.ts';
import type { Tracing } from './tracing.ts';

export async function openTracing(
  declaration: TracingDeclaration | undefined,
  parts: { folder: string; version: string },
): Promise<Tracing | undefined> {
  if (declaration === undefined) return undefined;
  const headers = headersIn(declaration, parts.folder);
  const { startOtlp } = await import('./otlp.ts');
  const base = declaration.endpoint.replace(/\/+$/, '');
  const url = base.endsWith('/v1/traces') ? base : `${base}/v1/traces`;
  return startOtlp({ url, headers, sampling: declaration.sampling ?? 1, version: parts.version });
}

/** Each header's value is what a file holds: a token is not written into the configuration. */
function headersIn({ headerFiles = {} }: TracingDeclaration, folder: string): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headerFiles).map(([name, file]) => {
      const where = `/tracing/headerFiles/${name}`;
      let value: string;
      try {
        value = readFileSync(resolve(folder, file), 'utf8').trim();
      } catch (error) {
        throw new Fault('config_invalid', `${where} cannot be read`, { cause: error });
      }
      if (!/^[\x21-\x7e]([\x20-\x7e]{0,4000}[\x21-\x7e])?$/.test(value))
        throw new Fault('config_invalid', `${where} is not one line of text`);
      return [name, value];
    }),
  );
}
