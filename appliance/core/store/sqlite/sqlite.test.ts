// The store contract on SQLite.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '../contract.ts';
import { openSqliteStore } from './sqlite.ts';

storeContract({
  name: 'SQLite',
  async newPlace() {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
    return {
      open: () => openSqliteStore({ file: join(folder, 'holdfast.db') }),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});
