// One order of a certificate by ACME (RFC 8555, section 7.4): account, order, a proof for each name, the request, the chain. Nothing is kept here: whoever
// orders has the keys and writes down what comes.

import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding, jwkOf, thumbprintOf } from './jws.ts';
import { type Answer, parsed, refused, Transport, wordsOf } from './transport.ts';

export type ChallengeKind = 'tls-alpn-01' | 'http-01';
export type Proof = { name: string; token: string; keyAuthorization: string };
/** Answers the authority's question for as long as it may be asked. */
export type Prover = { kind: ChallengeKind; offer(proof: Proof): Promise<() => Promise<void>> };

export type OrderParts = {
  directory: string;
  certificates: string | undefined;
  contact: string | undefined;
  externalAccount: { id: string; secret: string } | undefined;
  /** PEM. */
  accountKey: string;
  names: readonly string[];
  /** A certificate request (PKCS #10) for the names, DER. */
  request: Uint8Array;
  prover: Prover;
  signal: AbortSignal;
};

type Challenge = { type: string; url: string; token: string; error?: object };
type Authorization = { status: string; identifier: { value: string }; challenges: Challenge[] };
type Order = { status: string; authorizations: string[]; finalize: string; certificate?: string; error?: object };

const longestPauseS = 10;
const chain = /^(\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;

/** @returns the chain in PEM, the server's certificate first. @throws {Fault} `acme_failed` */
export async function orderCertificate(parts: OrderParts): Promise<string> {
  const key = createPrivateKey(parts.accountKey);
  const jwk = jwkOf(key);
  const transport = new Transport({ ...parts, key, jwk });
  await register(transport, parts, jwk);
  const { newOrder } = await transport.directory();
  const identifiers = parts.names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
  const placed = await transport.post('order', newOrder, { identifiers });
  const url = placed.location;
  if (url === undefined) throw refused('order', 'the authority names no place of the order');
  const order = parsed<Order>('order', placed.text);
  for (const authorization of order.authorizations) await authorize(transport, parts, authorization, thumbprintOf(jwk));
  const { signal } = parts;
  await until<Order>(transport, signal, 'order', url, ({ status }) => status !== 'pending');
  await transport.post('request', order.finalize, { csr: Buffer.from(parts.request).toString('base64url') });
  const done = await until<Order>(
    transport,
    signal,
    'certificate',
    url,
    ({ status }) => status === 'valid' || status === 'invalid',
  );
  if (done.status !== 'valid' || done.certificate === undefined)
    throw refused('certificate', wordsOf(done.error) || `the order is ${done.status}`);
  const { text } = await transport.post('certificate', done.certificate);
  if (!chain.test(text)) throw refused('certificate', 'the answer is no chain of certificates in PEM');
  return text;
}

/** Makes the account, or finds it by its key. */
async function register(
  transport: Transport,
  { contact, externalAccount }: OrderParts,
  jwk: ReturnType<typeof jwkOf>,
): Promise<void> {
  const { newAccount, meta } = await transport.directory();
  if (meta?.externalAccountRequired === true && externalAccount === undefined)
    throw refused('account', 'the authority wants an account that it knows: "externalAccount" is missing');
  const { location } = await transport.post('account', newAccount, {
    termsOfServiceAgreed: true,
    ...(contact !== undefined && { contact: [`mailto:${contact}`] }),
    ...(externalAccount && { externalAccountBinding: binding(jwk, externalAccount, newAccount) }),
  });
  if (location === undefined) throw refused('account', 'the authority names no account');
  transport.useAccount(location);
}

async function authorize(transport: Transport, { prover, signal }: OrderParts, url: string, thumbprint: string): Promise<void> {
  const { text } = await transport.post('authorization', url);
  const { status, identifier, challenges } = parsed<Authorization>('authorization', text);
  if (status === 'valid') return;
  const { value: name } = identifier;
  const challenge = challenges.find(({ type }) => type === prover.kind);
  if (!challenge) {
    const offered = challenges.map(({ type }) => type).join(', ');
    throw refused('authorization', `for ${name} the authority offers ${offered || 'nothing'}, and not ${prover.kind}`);
  }
  const { token } = challenge;
  if (!/^[\w-]{1,200}$/.test(token)) throw refused('authorization', 'the token of the authority is not one');
  const withdraw = await prover.offer({ name, token, keyAuthorization: `${token}.${thumbprint}` });
  try {
    await transport.post('authorization', challenge.url, {});
    const judged = await until<Authorization>(transport, signal, 'authorization', url, (one) => one.status !== 'pending');
    if (judged.status === 'valid') return;
    const failed = judged.challenges.find(({ error }) => error)?.error;
    throw refused('authorization', `${name} (${prover.kind}): ${wordsOf(failed) || judged.status}`);
  } finally {
    await withdraw();
  }
}

/** Asks again, at the pace that the authority names, until it has decided. */
async function until<T>(
  transport: Transport,
  signal: AbortSignal,
  step: string,
  url: string,
  isDone: (found: T) => boolean,
): Promise<T> {
  for (let pauseS = 0.25; ; pauseS = Math.min(pauseS * 2, longestPauseS)) {
    const answer: Answer = await transport.post(step, url);
    const found = parsed<T>(step, answer.text);
    if (isDone(found)) return found;
    try {
      await sleep(Math.min(answer.retryAfterS ?? pauseS, longestPauseS) * 1_000, undefined, { signal, ref: false });
    } catch {
      throw refused(step, 'the authority did not decide in time');
    }
  }
}
