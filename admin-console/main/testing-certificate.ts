// Certificates for tests, made on the spot: one of a key, its renewal under the same key, and one of a stranger's key under the same name.

import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
/** Long past; a test says by itself what is out of date. */
const bornMs = Date.UTC(2025, 0, 1);

export type TestCertificates = {
  readonly pem: string;
  readonly key: string;
  /** Another certificate of the same key. */
  readonly renewed: string;
  /** Of the same key, run out. */
  readonly expired: string;
  /** Of another key, for the same name. */
  readonly stranger: string;
  readonly strangerKey: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly fingerprint: string;
};

export async function makeCertificate(name: string): Promise<TestCertificates> {
  const [own, other] = [await makeKeys(), await makeKeys()];
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', own.publicKey));
  return {
    pem: await certify(name, own, '01', 36_500),
    key: await keyOf(own),
    renewed: await certify(name, own, '02', 36_500),
    expired: await certify(name, own, '03', 1),
    stranger: await certify(name, other, '04', 36_500),
    strangerKey: await keyOf(other),
    fingerprint: createHash('sha256').update(spki).digest('hex'),
  };
}

const makeKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

async function certify(name: string, keys: webcrypto.CryptoKeyPair, serialNumber: string, days: number): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: `CN=${name}`,
    notBefore: new Date(bornMs),
    notAfter: new Date(bornMs + days * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: name },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  return certificate.toString('pem');
}

async function keyOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
