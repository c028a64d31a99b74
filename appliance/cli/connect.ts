// How a command reaches the node: by HTTP when one runs on the data folder, else by opening the folder in this process. The
// same routes answer either way, so a command need not know.

import type { App } from '../app.ts';
import { catalogue, Fault, type FaultCode } from '../core/errors.ts';
import type { RecordBatch, SourceId } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import type { CliContext } from './context.ts';
import { connectNode, type NodeClient, purposed, type Query, type RawBody } from './http-client.ts';
import { readAccessToken, readNodeAddress } from './node-file.ts';
import { fetchFrom } from './pinned-fetch.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Api = {
  /** @throws {Fault} what the node answers with */
  call<T>(
    method: Method,
    path: string,
    options?: { query?: Query; body?: unknown; raw?: RawBody; purpose?: string; timeoutMs?: number },
  ): Promise<T>;
  recordBatch: RecordBatch;
  /** A file as it is. @throws {Fault} as `call` */
  download(path: string, timeoutMs: number, method?: 'GET' | 'POST'): Promise<Buffer>;
  /** The whole audit log as it is exported, line by line. */
  auditLines(): AsyncIterable<string>;
  /** True when the folder was opened here; a running node answers otherwise. */
  readonly local: boolean;
  close(): Promise<void>;
};

/** Long answers, such as matching everybody. */
export const longMs = 3_600_000;

export async function connect(context: CliContext): Promise<Api> {
  const folder = context.requireDataFolder();
  if (await isRunning(context)) return apiOf(connectNode(context.dataFolder, context.language));
  // The whole node is loaded only when it has to run here: asking one that runs is five times as quick.
  const [{ App }, { readConfig }] = await Promise.all([import('../app.ts'), import('../core/config.ts')]);
  const app = await App.create({
    folder,
    config: readConfig(folder),
    ports: systemPorts,
    accessToken: readAccessToken(folder) ?? Buffer.from(systemPorts.random.bytes(32)).toString('base64url'),
    // This command is the only caller: a slow start of its own must not turn it away.
    loopDelayMs: () => 0,
  });
  try {
    await app.unseal({ passphrase: await context.passphrase() });
  } catch (error) {
    await app.close();
    throw error;
  }
  return inProcess(app, context.language);
}

/** Asks the node for as long as the work takes. */
export async function withNode<T>(context: CliContext, work: (api: Api) => Promise<T>): Promise<T> {
  const api = await connect(context);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

/** Whether a node answers at the address announced in the folder; a stale announcement of a killed one does not count. */
export async function isRunning(context: CliContext): Promise<boolean> {
  const address = readNodeAddress(context.dataFolder);
  if (address === undefined) return false;
  try {
    const ask = fetchFrom(address.pin);
    return (await ask(new URL('/health/live', address.url), { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/** Of a node that runs. */
export function apiOf(client: NodeClient): Api {
  const call = <T>(method: Method, path: string, options = {}) => client.request(method, path, options) as Promise<T>;
  return {
    local: false,
    call,
    recordBatch: async (source: SourceId, events) =>
      (await call<{ outcomes: Awaited<ReturnType<RecordBatch>> }>('POST', '/api/imports/batch', { body: { source, events } }))
        .outcomes,
    download: (path, timeoutMs, method) => client.bytes(path, timeoutMs, method),
    auditLines: () => client.lines('/api/audit/export', longMs),
    close: async () => undefined,
  };
}

function inProcess(app: App, language: string): Api {
  return {
    local: true,
    async call<T>(
      method: Method,
      path: string,
      options: { query?: Query; body?: unknown; raw?: RawBody; purpose?: string } = {},
    ) {
      const query = Object.fromEntries(
        Object.entries(options.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
      );
      const answer = await app.http.inject({
        method,
        url: path,
        query,
        headers: {
          authorization: `Bearer ${app.accessToken}`,
          'accept-language': language,
          ...purposed(options.purpose),
          ...(options.raw && { 'content-type': options.raw.type }),
        },
        ...(options.body !== undefined && { payload: options.body as object }),
        ...(options.raw && { payload: Buffer.from(options.raw.bytes) }),
      });
      const body: unknown = answer.body === '' ? undefined : answer.json();
      if (answer.statusCode < 400) return body as T;
      throw faultOf(body);
    },
    async download(path, _timeoutMs, method = 'GET') {
      const headers = { authorization: `Bearer ${app.accessToken}`, 'accept-language': language };
      const answer = await app.http.inject({ method, url: path, headers });
      if (answer.statusCode < 400) return answer.rawPayload;
      throw faultOf(answer.json());
    },
    recordBatch: (source, events) => app.importBatch(source, events, 'operator'),
    auditLines: () => app.node().audit.lines(),
    close: () => app.close(),
  };
}

function faultOf(body: unknown): Fault {
  const error = (body as { error?: { code?: string; where?: string } } | undefined)?.error;
  const code = error?.code !== undefined && Object.hasOwn(catalogue, error.code) ? (error.code as FaultCode) : 'internal';
  return new Fault(code, error?.where);
}
