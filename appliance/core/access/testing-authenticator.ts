// A passkey device in software, for answers that no honest device and no browser gives. Made from the specification (Web Authentication
// level 3, sections 6.1, 6.5 and 7), and not from the library that checks it.

import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

export type Twist = {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  /** User present 1, user verified 4. */
  flags?: number;
  counter?: number;
  key?: KeyObject;
  credentialId?: string;
  crossOrigin?: boolean;
  /** Changes one bit of what was signed. */
  flip?: boolean;
};

export class SoftwareAuthenticator {
  readonly id: Buffer;
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  counter = 0;

  constructor(seed: string) {
    this.id = sha256(seed);
  }

  register(
    { challenge, rp }: { challenge: string; rp: { id?: string } },
    origin: string,
    twist: Twist = {},
  ): RegistrationResponseJSON {
    const clientData = clientDataOf('webauthn.create', challenge, origin, twist);
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' }) as { x?: string; y?: string };
    // COSE (RFC 9052): EC2, ES256, P-256.
    const cose = map([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, cose]);
    const authData = Buffer.concat([
      this.#authData(twist.rpId ?? rp.id ?? '', (twist.flags ?? 5) | 0x40, twist.counter ?? 0),
      attested,
    ]);
    const attestation = map([
      ['fmt', 'none'],
      ['attStmt', map([])],
      ['authData', authData],
    ]);
    const id = base64url(this.id);
    const response = {
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(attestation),
      transports: ['internal' as const],
    };
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }

  sign({ challenge, rpId }: { challenge: string; rpId?: string }, origin: string, twist: Twist = {}): AuthenticationResponseJSON {
    this.counter += 1;
    const clientData = clientDataOf('webauthn.get', challenge, origin, twist);
    const authData = this.#authData(twist.rpId ?? rpId ?? '', twist.flags ?? 5, twist.counter ?? this.counter);
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(clientData)]))
      .sign(twist.key ?? this.#key.privateKey);
    if (twist.flip) authData[36]! ^= 1;
    const id = twist.credentialId ?? base64url(this.id);
    const response = {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(signature),
    };
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }

  #authData(rpId: string, flags: number, counter: number): Buffer {
    const tail = Buffer.alloc(5);
    tail[0] = flags;
    tail.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), tail]);
  }
}

function clientDataOf(type: string, challenge: string, origin: string, twist: Twist): Buffer {
  const crossOrigin = twist.crossOrigin ?? false;
  const said = { type: twist.type ?? type, challenge: twist.challenge ?? challenge, origin: twist.origin ?? origin, crossOrigin };
  return Buffer.from(JSON.stringify(said));
}

type Encoded = Buffer & { readonly raw?: true };

/** CBOR (RFC 8949), as much of it as is needed. */
function map(pairs: [number | string, number | string | Buffer][]): Encoded {
  const parts = pairs.flatMap(([key, value]) => [cbor(key), cbor(value)]);
  return Object.assign(Buffer.concat([head(5, pairs.length), ...parts]), { raw: true as const });
}

function cbor(value: number | string | Encoded): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  return value.raw ? value : Buffer.concat([head(2, value.length), value]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  const bytes = Buffer.alloc(3);
  bytes[0] = (major << 5) | 25;
  bytes.writeUInt16BE(value, 1);
  return bytes;
}
