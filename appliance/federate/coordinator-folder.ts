// The data folder of a coordinator of its own: keys under a passphrase, and a database in which everything is sealed by a key that follows
// from them. It lies in a folder inside the data folder, so that nobody takes it for a node's.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newWrapKeyPair } from '../../crypto/hpke.ts';
import { deriveKey } from '../../crypto/kdf.ts';
import { generateKey, type Key, keyFrom, zeroBytes } from '../../crypto/keys.ts';
import { newCertificateKey, privateKeyPem, publicKeyOfPem, requestLeaf } from '../../federation/protocol/certificates.ts';
import type { Book } from '../../federation/protocol/durable.ts';
import { readJoinFile, readWelcome, type Welcome, writeJoinFile } from '../../federation/protocol/files.ts';
import { describeMember, fingerprintOf, type SignedDescriptor } from '../../federation/protocol/identity.ts';
import { readInvitation, requestToJoin } from '../../federation/protocol/invitation.ts';
import { newId } from '../../federation/protocol/signed.ts';
import { Fault } from '../core/errors.ts';
import type { Ports } from '../core/ports.ts';
import { openSqliteStore } from '../core/store/sqlite/sqlite.ts';
import type { Store } from '../core/store/store.ts';
import { byteSeal, createKeyFile, keyFileExists, unlock } from '../core/vault/vault.ts';
import { federationMigrations, storeBook, storeSpool } from './book.ts';
import { type OpenCoordinatorOptions, type OpenedCoordinator, openCoordinator } from './coordinate.ts';
import { startRoundThreads } from './rounds/round-threads.ts';

const folderName = 'coordinator';
const database = 'coordinator.db';
const dataKeyContext = 'holdfast/coordinator/v1';
const own = { collection: 'own', identity: 'identity', welcome: 'welcome' } as const;

/** What it is, from its making on. */
type Identity = {
  readonly foundedBy: string;
  readonly descriptor: SignedDescriptor;
  /** Base64url. */
  readonly signingKey: string;
  /** PEM. */
  readonly privateKey: string;
  readonly joinFile: string;
};

type Folder = {
  readonly store: Store;
  readonly book: Book;
  readonly identity: Identity | undefined;
  /** Its own book and spool. */
  ports(): Pick<OpenCoordinatorOptions, 'book' | 'spool'>;
  close(): Promise<void>;
};

export const coordinatorFolder = (dataFolder: string) => join(dataFolder, folderName);

export type MadeCoordinator = {
  readonly folder: string;
  readonly member: string;
  readonly fingerprint: string;
  readonly joinFile: string;
};

/**
 * Makes the keys and the request to join. Called again with the same code it gives the same request.
 * @param code as the founder gave it; its address is not asked, as it may be our own
 * @returns `joinFile`: the text for the founder
 * @throws {Fault} conflict where it was welcomed before, store_read_only, wrong_passphrase; {ProtocolFault} of readInvitation
 */
export async function initCoordinator(
  dataFolder: string,
  options: { passphrase: string; code: string; name: { en: string; zh: string } },
  ports: Ports,
): Promise<MadeCoordinator> {
  // First, so that a code or a name that is refused leaves no folder behind.
  const made = await makeIdentity(readInvitation(options.code), options.name, ports);
  const folder = coordinatorFolder(dataFolder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault('store_read_only', folder, { cause: error });
  }
  const isNew = !(await keyFileExists(folder));
  if (isNew && existsSync(join(folder, database))) throw new Fault('conflict', folder);
  const { passphrase } = options;
  const root = isNew ? (await createKeyFile(folder, { passphrase }, ports)).root : await unlock(folder, { passphrase });
  const opened = await openFolder(folder, root, ports);
  try {
    if ((await opened.book.read(own.collection, own.welcome)) !== undefined) throw new Fault('conflict', folder);
    const same = opened.identity && askedBy(opened.identity) === askedBy(made);
    const identity = opened.identity && same ? opened.identity : made;
    await opened.book.write([{ put: [own.collection, own.identity, identity] }]);
    const { descriptor } = identity.descriptor;
    return { folder, member: descriptor.member, fingerprint: fingerprintOf(descriptor), joinFile: identity.joinFile };
  } finally {
    await opened.close();
  }
}

/** The invitation that a request was made from: the founder takes one request from each. */
const askedBy = ({ joinFile }: Identity) => readJoinFile(joinFile).invitation;

async function makeIdentity(
  invitation: ReturnType<typeof readInvitation>,
  name: { en: string; zh: string },
  { clock, random }: Ports,
): Promise<Identity> {
  const { federation } = invitation;
  const member = newId(random);
  const key = generateKey('signing', random);
  // Every description has a key to wrap secrets for. Nothing is ever wrapped for a coordinator, so that its private half is not kept.
  const wrapping = await newWrapKeyPair(random);
  zeroBytes(wrapping.privateKey);
  try {
    const fields = { federation, member, name, role: 'coordinator', wrapKey: wrapping.publicKey, version: 1 } as const;
    const descriptor = describeMember(key, { ...fields, createdAtMs: clock.nowMs() });
    const keys = await newCertificateKey();
    const request = requestToJoin(invitation, key, descriptor, await requestLeaf({ federation, member }, keys), clock.nowMs());
    return {
      foundedBy: invitation.founder,
      descriptor,
      signingKey: Buffer.from(key.reveal()).toString('base64url'),
      privateKey: await privateKeyPem(keys.privateKey),
      joinFile: writeJoinFile(request),
    };
  } finally {
    key.destroy();
  }
}

/** Takes the founder's welcome; a later one brings a new certificate, and nothing that is held is lost. @throws {ProtocolFault} of readWelcome */
export async function welcomeCoordinator(
  dataFolder: string,
  options: { passphrase: string; text: string },
  ports: Ports,
): Promise<{ members: number; federation: string }> {
  const opened = await unlockFolder(dataFolder, options.passphrase, ports);
  try {
    const { descriptor, foundedBy, privateKey } = identityOf(opened, dataFolder);
    const expected = { descriptor: descriptor.descriptor, foundedBy, publicKey: publicKeyOfPem(privateKey) };
    const { membership, ...welcome } = await readWelcome(options.text, expected, ports.clock.nowMs());
    await opened.book.write([{ put: [own.collection, own.welcome, welcome] }]);
    return { members: membership.members.size, federation: membership.federation };
  } finally {
    await opened.close();
  }
}

/** @throws {Fault} coordinator_missing, coordinator_waiting before it was welcomed, port_in_use, store_in_use, wrong_passphrase */
export async function serveCoordinator(
  dataFolder: string,
  options: { passphrase: string; address: string; port: number; failed?(error: unknown): void },
  ports: Ports,
): Promise<OpenedCoordinator> {
  const opened = await unlockFolder(dataFolder, options.passphrase, ports);
  let signingKey: Key<'signing'> | undefined;
  const threads = startRoundThreads();
  try {
    const identity = identityOf(opened, dataFolder);
    const welcome = (await opened.book.read(own.collection, own.welcome)) as Welcome | undefined;
    if (welcome === undefined) throw new Fault('coordinator_waiting');
    signingKey = keyFrom('signing', Buffer.from(identity.signingKey, 'base64url'));
    const { federation, member } = identity.descriptor.descriptor;
    const leaf = { certificate: welcome.leaf, privateKey: identity.privateKey };
    const running = await openCoordinator({
      ...opened.ports(),
      clock: ports.clock,
      identity: { federation, member, signingKey, log: welcome.log, leaf, revocations: welcome.revocations },
      addCiphertexts: threads.add,
      listen: { address: options.address, port: options.port },
      ...(options.failed && { failed: options.failed }),
    });
    return {
      ...running,
      close: async () => {
        await running.close();
        await threads.close();
        signingKey?.destroy();
        await opened.close();
      },
    };
  } catch (error) {
    signingKey?.destroy();
    await threads.close();
    await opened.close();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new Fault('port_in_use', `${options.address}:${options.port}`, { cause: error });
    }
    throw error;
  }
}

function identityOf({ identity }: Folder, dataFolder: string): Identity {
  if (identity === undefined) throw new Fault('coordinator_missing', coordinatorFolder(dataFolder));
  return identity;
}

async function unlockFolder(dataFolder: string, passphrase: string, ports: Ports): Promise<Folder> {
  const folder = coordinatorFolder(dataFolder);
  if (!(await keyFileExists(folder))) throw new Fault('coordinator_missing', folder);
  return openFolder(folder, await unlock(folder, { passphrase }), ports);
}

/** @param root is destroyed */
async function openFolder(folder: string, root: Key<'root'>, ports: Ports): Promise<Folder> {
  const key = deriveKey(root, 'data', dataKeyContext);
  root.destroy();
  const seals = byteSeal({ derivedKey: () => key, derivedEpoch: 1 });
  const store = await openSqliteStore({ file: join(folder, database), clock: ports.clock, readers: 1 });
  const close = async () => {
    await store.close();
    key.destroy();
  };
  try {
    await store.migrate(federationMigrations);
    const book = storeBook(store, seals, 'folder');
    const identity = (await book.read(own.collection, own.identity)) as Identity | undefined;
    const made = () => ({ book: storeBook(store, seals, 'coordinator'), spool: storeSpool(store, seals, 'coordinator') });
    return { store, book, identity, ports: made, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes a text for the founder. @throws {Fault} store_read_only */
export function writeTextFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    throw new Fault('store_read_only', path, { cause: error });
  }
}
