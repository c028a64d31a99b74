// A store that speaks S3 as a target (Amazon's, MinIO, Ceph, Garage): by path, not by host name, so that an address inside the building will do. Every
// request is signed (Signature Version 4) with the hash of its body.

import { createHash } from 'node:crypto';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { Fault } from '../../../core/errors.ts';
import type { StoredObject, Target, TargetSettings } from './target.ts';

type Settings = Extract<TargetSettings, { kind: 's3' }>;
type Asked = {
  method: 'GET' | 'PUT' | 'DELETE';
  name?: string;
  query?: Record<string, string>;
  body?: Uint8Array;
  headers?: Record<string, string>;
};
type Answer = { status: number; body: Buffer };

export const s3Limits = {
  connections: 8,
  answerMs: 60_000,
  /** Tries of a request that the store could not answer, with growing pauses. */
  tries: 5,
  pauseMs: 200,
  /** Of one answer; pieces are far smaller. */
  answerBytes: 64 * 1024 ** 2,
} as const;

export class S3Target implements Target {
  readonly #settings: Settings;
  readonly #base: URL;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#base = new URL(settings.endpoint);
    const options = { keepAlive: true, maxSockets: s3Limits.connections };
    this.#agent =
      this.#base.protocol === 'https:'
        ? new HttpsAgent({ ...options, ...(settings.ca !== undefined && { ca: settings.ca }) })
        : new HttpAgent(options);
  }

  async get(name: string): Promise<Buffer | undefined> {
    const { status, body } = await this.#ask({ method: 'GET', name }, [200, 404]);
    return status === 404 ? undefined : body;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask({ method: 'PUT', name, body: bytes }, [200]);
  }

  async putNew(name: string, bytes: Uint8Array): Promise<boolean> {
    const { status } = await this.#ask(
      { method: 'PUT', name, body: bytes, headers: { 'if-none-match': '*' } },
      [200, 409, 412, 501],
    );
    if (status !== 501) return status === 200;
    // A store that does not know the condition: whoever writes last is seen by who reads again.
    if (await this.get(name)) return false;
    await this.put(name, bytes);
    return true;
  }

  async remove(name: string): Promise<void> {
    await this.#ask({ method: 'DELETE', name }, [200, 204, 404]);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const { prefix: own } = this.#settings;
    for (let token: string | undefined; ; ) {
      const query = { 'list-type': '2', prefix: own + prefix, ...(token !== undefined && { 'continuation-token': token }) };
      const text = (await this.#ask({ method: 'GET', query }, [200])).body.toString('utf8');
      for (const [, entry] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = textIn(entry!, 'Key');
        if (key?.startsWith(own)) yield { name: key.slice(own.length), sizeBytes: Number(textIn(entry!, 'Size')) };
      }
      token = textIn(text, 'IsTruncated') === 'true' ? textIn(text, 'NextContinuationToken') : undefined;
      if (token === undefined) return;
    }
  }

  /** What was answered is stored. */
  async settle(): Promise<void> {}

  /** An object is there whole or not at all. */
  async sweep(): Promise<void> {}

  close(): void {
    this.#agent.destroy();
  }

  /** @throws {Fault} for any status but those of `expected` */
  async #ask(asked: Asked, expected: readonly number[]): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      let answer: Answer | undefined;
      let cause: unknown;
      try {
        answer = await this.#send(asked);
      } catch (error) {
        cause = error;
      }
      if (answer && expected.includes(answer.status)) return answer;
      const passing = !answer || answer.status >= 500 || answer.status === 429;
      if (passing && tries < s3Limits.tries) {
        await sleep(s3Limits.pauseMs * 2 ** (tries - 1));
        continue;
      }
      const { code } = (cause ?? {}) as { code?: string };
      const said = answer
        ? `${answer.status} ${textIn(answer.body.toString('utf8'), 'Code') ?? ''}`.trim()
        : (code ?? 'no answer');
      const full = answer?.status === 507 || /^(QuotaExceeded|XMinioStorageFull)/.test(said.slice(4));
      throw new Fault(full ? 'backup_target_full' : 'backup_target_failed', `${this.#base.host}: ${said}`, { cause });
    }
  }

  async #send({ method, name, query = {}, body, headers = {} }: Asked): Promise<Answer> {
    const { bucket, prefix, accessKeyId, secretAccessKey, region } = this.#settings;
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}${name === undefined ? '' : `/${prefix}${name}`}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const hashed = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': hashed },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
    }).sign();
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const sending = request(signed.url, {
        method,
        agent: this.#agent,
        timeout: s3Limits.answerMs,
        headers: { ...Object.fromEntries(signed.headers), ...(body && { 'content-length': body.length }) },
      });
      sending.once('response', (response) => readAnswer(response).then(resolve, reject));
      sending.once('timeout', () => sending.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
      sending.once('error', reject);
      sending.end(body);
    });
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    sizeBytes += part.length;
    if (sizeBytes > s3Limits.answerBytes) throw new Error('an answer too long');
  }
  if (!response.complete) throw new Error('an answer cut off');
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts) };
}

/** Of the few answers in XML that are read: names of ours need no decoding, and the token is given back as it came. */
function textIn(xml: string, tag: string): string | undefined {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  return text
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
