// A database that no node has open, as upgrades need it: kept from being opened, asked which migrations it has and which are due, and made ready to be
// copied or put back. What a node does with a database is the store port (store.ts).

export { type Applied, dueMigrations } from '../migrations.ts';
export { type FolderLock, lockFolder } from '../sqlite/lock.ts';
export { OfflineDatabase } from './postgres.ts';
export { appliedTo, settleFile } from './sqlite.ts';
