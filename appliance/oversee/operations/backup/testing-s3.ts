// A store that speaks as much of S3 as backups need, in memory, for tests: it checks each signature (Signature Version 4, written here after Amazon's
// description and held against its published example), the hash of each body and the time, and can fail as it is told.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

export type S3StandIn = {
  url: string;
  readonly objects: Map<string, Buffer>;
  /** Answers with this status, so many times. */
  fail(status: number, times: number): void;
  /** Pieces that are put are not answered until this resolves. */
  gate: Promise<void> | undefined;
  /** How many wait for it. */
  readonly held: number;
  /** Knows `If-None-Match` on PUT. */
  conditional: boolean;
  /** Keys of one page of a list. */
  pageKeys: number;
  readonly refused: string[];
  readonly requests: number;
  close(): Promise<void>;
};
export type S3Key = { accessKeyId: string; secretAccessKey: string };
type Signed = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: { [name: string]: string };
  names: string[];
  bodyHash: string;
};

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** @param scope `20130524/us-east-1/s3/aws4_request` */
export function signature(secret: string, scope: string, request: Signed): string {
  const query = [...request.query].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const canonical = [
    request.method,
    request.path,
    query.join('&'),
    ...request.names.map((name) => `${name}:${request.headers[name]!.trim()}`),
    '',
    request.names.join(';'),
    request.bodyHash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Uint8Array>((from, part) => hmac(from, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

export async function startS3(bucket: string, key: S3Key, tls?: { key: string; cert: string }): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const refused: string[] = [];
  let failing = { status: 0, times: 0 };
  let requests = 0;

  const refusal = (request: IncomingMessage, url: URL, body: Buffer): string | undefined => {
    const headers = request.headers as { [name: string]: string };
    const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
    if (!found) return 'AuthorizationHeaderMalformed';
    const [, id, scope, signed, given] = found as unknown as string[];
    if (id !== key.accessKeyId) return 'InvalidAccessKeyId';
    const bodyHash = headers['x-amz-content-sha256'];
    if (bodyHash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
    const names = signed!.split(';');
    if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name))) return 'AccessDenied';
    const made = signature(key.secretAccessKey, scope!, {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers,
      names,
      bodyHash,
    });
    return timingSafeEqual(Buffer.from(made), Buffer.from(given!)) ? undefined : 'SignatureDoesNotMatch';
  };

  let held = 0;
  const standIn = { objects, refused, conditional: true, pageKeys: 1000, gate: undefined as Promise<void> | undefined };
  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const url = new URL(request.url!, 'http://store');
    requests += 1;
    const say = (status: number, text: string | Buffer = ''): void => {
      response.writeHead(status).end(text);
    };
    const wrong = (status: number, code: string) => {
      refused.push(code);
      say(status, `<Error><Code>${code}</Code></Error>`);
    };
    if (failing.times > 0) {
      failing.times -= 1;
      wrong(failing.status, 'SlowDown');
      return;
    }
    const why = refusal(request, url, body);
    if (why) {
      wrong(403, why);
      return;
    }
    const [, named, ...rest] = url.pathname.split('/');
    if (named !== bucket) {
      wrong(404, 'NoSuchBucket');
      return;
    }
    const name = decodeURIComponent(rest.join('/'));
    if (name === '') {
      say(200, list(url.searchParams));
      return;
    }
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] === '*') {
        if (!standIn.conditional) {
          wrong(501, 'NotImplemented');
          return;
        }
        if (objects.has(name)) {
          wrong(412, 'PreconditionFailed');
          return;
        }
      }
      objects.set(name, body);
      say(200);
      return;
    }
    if (request.method === 'DELETE') {
      objects.delete(name);
      say(204);
      return;
    }
    const found = objects.get(name);
    if (found) say(200, found);
    else wrong(404, 'NoSuchKey');
  };

  const list = (query: URLSearchParams): string => {
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString('utf8');
    const keys = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = keys.slice(0, standIn.pageKeys);
    const more = page.length < keys.length;
    const entries = page.map((name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)!.length}</Size></Contents>`);
    const token = more ? `<NextContinuationToken>${Buffer.from(page.at(-1)!).toString('base64')}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${token}${entries.join('')}</ListBucketResult>`;
  };

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      if (standIn.gate && request.method === 'PUT' && request.url?.includes('/chunks/')) {
        held += 1;
        await standIn.gate;
        held -= 1;
      }
      answer(request, response, Buffer.concat(parts));
    });
  };
  const server = tls ? createHttps(tls, handle) : createHttp(handle);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const more = {
    url: `${tls ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`,
    get held() {
      return held;
    },
    get requests() {
      return requests;
    },
    fail(status: number, times: number) {
      failing = { status, times };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return Object.defineProperties(standIn, Object.getOwnPropertyDescriptors(more)) as unknown as S3StandIn;
}
