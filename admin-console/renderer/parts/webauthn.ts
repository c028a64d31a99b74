// Passkeys: what the node asks of a device goes to the browser as it is, and what the device gives goes back, both in JSON (WebAuthn Level 3, 5.1.8 to
// 5.1.10).

import { api, unwrap } from '../api/client.ts';

type Asked = Record<string, unknown>;

/** @returns the device's answer to the node's challenge  @throws {DOMException} NotAllowedError where the reader turned it down */
export async function answerByPasskey(): Promise<never> {
  const challenge: Asked = await unwrap(api.POST('/api/session/passkey/challenge', { body: {} }));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(challenge as never);
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  // The document calls it an object with an id; what else is in it is the browser's.
  return credential.toJSON() as never;
}

/** @returns a new passkey of the reader's device, as the node takes it */
export async function makePasskey(): Promise<never> {
  const challenge: Asked = await unwrap(api.POST('/api/account/passkeys/challenge'));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(challenge as never);
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  return credential.toJSON() as never;
}

export const canPasskey = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
