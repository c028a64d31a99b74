// What is signed for an authority by ACME (RFC 8555, section 6.2): requests as flattened JWS by the account's key (ES256), the proof of an account that it
// knows already (HS256), and the key's thumbprint (RFC 7638).

import { createHash, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export type Jws = { protected: string; payload: string; signature: string };
export type Jwk = { crv: string; kty: string; x: string; y: string };

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** PEM, for P-256. */
export const newAccountKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The members in the order of RFC 7638. */
export function jwkOf(key: KeyObject): Jwk {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return { crv: crv!, kty: kty!, x: x!, y: y! };
}

export const thumbprintOf = (jwk: Jwk): string => createHash('sha256').update(JSON.stringify(jwk)).digest('base64url');

/** @param payload absent for a question that changes nothing (POST-as-GET) */
export function signed(key: KeyObject, header: object, payload: object | undefined): Jws {
  const [head, body] = [encoded({ alg: 'ES256', ...header }), payload === undefined ? '' : encoded(payload)];
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
  return { protected: head, payload: body, signature: signature.toString('base64url') };
}

/** Section 7.3.4: whoever has this secret vouches for the account's key. @param secret in base64url, as authorities give it */
export function binding(jwk: Jwk, { id, secret }: { id: string; secret: string }, url: string): Jws {
  const [head, body] = [encoded({ alg: 'HS256', kid: id, url }), encoded(jwk)];
  const signature = createHmac('sha256', Buffer.from(secret, 'base64url')).update(`${head}.${body}`).digest('base64url');
  return { protected: head, payload: body, signature };
}
