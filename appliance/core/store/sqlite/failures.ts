// SQLite's error codes as the node's faults. What a person can act on becomes a Fault; a programmer's mistake (bad SQL,
// a NULL where none may be) stays an ordinary error. SQLite's messages name tables and columns, never values.

import { Fault } from '../../errors.ts';
import type { Failure } from './messages.ts';

type Coded = { code: string; message: string };

const coded = (error: unknown): error is Coded =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'string' && error.name === 'SqliteError';

/** `UNIQUE constraint failed: table.column, table.column` */
const failedTable = (message: string): string | undefined => /failed: (?:index ')?([^.,']+)/.exec(message)?.[1];

export function toFailure(error: unknown): Failure {
  if (error instanceof Fault) return { code: error.code, where: error.where };
  if (!coded(error)) return { misuse: error instanceof Error ? error.message : 'unknown error' };
  const { code, message } = error;
  if (code === 'SQLITE_FULL') return { code: 'disk_full', engineCode: code };
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return { code: 'store_read_only', engineCode: code };
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return { code: 'store_corrupt', engineCode: code };
  if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(code))
    return { code: 'conflict', where: failedTable(message), engineCode: code };
  if (/^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG|MISUSE)/.test(code)) return { misuse: `${code}: ${message}` };
  return { code: 'store_unavailable', engineCode: code };
}

/** Back on the main thread: the error that the caller sees, with the engine's code as its cause. */
export function toError(failure: Failure): Error {
  if ('misuse' in failure) return new Error(`store: ${failure.misuse}`);
  return new Fault(failure.code, failure.where, failure.engineCode ? { cause: new Error(failure.engineCode) } : {});
}

/** Errors of the file system, on opening. @throws {Fault} always */
export function throwFileFault(error: unknown, file: string): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw new Fault('store_read_only', file, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new Fault('disk_full', file, { cause: error });
  throw new Fault('store_unavailable', file, { cause: error });
}
