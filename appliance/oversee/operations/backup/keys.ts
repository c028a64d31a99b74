// The keys of backups. All follow from one, which follows from the root: whoever can open the node can open its backups, and nothing else can. None
// of them is ever written to a target.

import { deriveKey } from '../../../../crypto/kdf.ts';
import { type Key, keyFrom, zeroBytes } from '../../../../crypto/keys.ts';

export type BackupKeys = {
  /** Names of pieces. */
  readonly names: Key<'index'>;
  readonly seal: Key<'data'>;
  /** Signs what a snapshot consists of. */
  readonly sign: Key<'signing'>;
  destroy(): void;
};

export const backupMaster = (root: Key<'root'>): Key<'index'> => deriveKey(root, 'index', 'holdfast/backup/v1');

export function backupKeys(master: Key<'index'>): BackupKeys {
  const names = deriveKey(master, 'index', 'holdfast/backup-names/v1');
  const seal = deriveKey(master, 'data', 'holdfast/backup-seal/v1');
  const sign = deriveKey(master, 'signing', 'holdfast/backup-sign/v1');
  return {
    names,
    seal,
    sign,
    destroy() {
      names.destroy();
      seal.destroy();
      sign.destroy();
    },
  };
}

/** For a thread's order: bytes of their own, which the thread overwrites. */
export const masterBytes = (master: Key<'index'>): Uint8Array => new Uint8Array(master.reveal());

export function keysFromBytes(bytes: Uint8Array): BackupKeys {
  const master = keyFrom('index', bytes);
  zeroBytes(bytes);
  try {
    return backupKeys(master);
  } finally {
    master.destroy();
  }
}
