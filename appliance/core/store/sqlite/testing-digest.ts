// What a database says, as one hash: every table with its definition and all rows in their order, whatever pages they lie on.

import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

/** Of a database that nobody has open. */
export function logicalDigest(file: string): string {
  const db = new Database(file, { fileMustExist: true });
  try {
    const hash = createHash('sha256');
    const say = (value: unknown) =>
      hash.update(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)));
    const schema = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all() as {
      type: string;
      name: string;
    }[];
    say(schema);
    for (const { type, name } of schema) {
      if (type !== 'table') continue;
      const rows = db.prepare(`SELECT * FROM "${name}"`).raw().safeIntegers().all();
      for (const row of rows
        .map((one) => JSON.stringify(one, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
        .sort())
        hash.update(row);
    }
    return hash.digest('hex');
  } finally {
    db.close();
  }
}
