// The Ed25519 signature over the list of hashes, by a key that lies in a file elsewhere; openssl alone verifies it, so that whoever installs needs
// nothing of ours for it.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** The start of the SHA-256 of the public key (SubjectPublicKeyInfo), by which people tell keys apart. */
export function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Writes FILE.sig, 64 bytes, and the public key beside it.
 * @param keyFile the private key, PKCS #8 in PEM
 * @returns the key's fingerprint
 * @throws {Error} when the key is of another kind
 */
export function signFile(path: string, keyFile: string): string {
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${keyFile} holds a key of the kind ${key.asymmetricKeyType}; ed25519 is needed`);
  const publicKey = createPublicKey(key);
  writeFileSync(`${path}.sig`, sign(null, readFileSync(path), key));
  writeFileSync(`${path}.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  return fingerprint(publicKey);
}

export function isSigned(path: string, publicKeyPem: string): boolean {
  return verify(null, readFileSync(path), createPublicKey(publicKeyPem), readFileSync(`${path}.sig`));
}
