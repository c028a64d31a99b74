// Which files of a data folder go into a backup beside the database. docs/backup.md lists all that are there, and why each is in or out.

import { createReadStream, existsSync } from 'node:fs';
import { inPieces, type Source } from './write.ts';

export function fileSource(name: string, path: string): Source {
  return {
    name,
    async *pieces() {
      if (existsSync(path)) yield* inPieces(createReadStream(path));
    },
  };
}
