// What doctor says of backups: whether there is a place for them, how old the newest is, whether it was verified, and when a restore was last tried.

import { statSync } from 'node:fs';
import type { Finding } from '../../../core/store/store.ts';
import type { BackupState, RestoreTest } from './state.ts';
import type { TargetSettings } from './target.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const findingLimits = {
  /** Without a schedule, a newest backup older than this is a warning. */
  oldMs: 2 * dayMs,
  testedMs: 90 * dayMs,
} as const;

export type Looked = {
  nowMs: number;
  /** Undefined where none is set; a fault's code and place where it cannot be used. */
  target: TargetSettings | undefined | { code: string };
  folder: string;
  everyMinutes: number | undefined;
  state: BackupState;
  keyExported: boolean;
  test: RestoreTest | undefined;
};

export function backupFindings(looked: Looked): Finding[] {
  const { target, state } = looked;
  if (target === undefined && state.last === undefined)
    return [finding('warning', 'backup', 'no place for backups is set: "backup" in holdfast.json')];
  const findings = [newest(looked), tested(looked)];
  if (target && 'code' in target) findings.push(finding('error', 'backup place', `cannot be used: ${target.code}`));
  else if (target?.kind === 'folder' && onSameDisk(target.path, looked.folder))
    findings.push(finding('warning', 'backup place', 'is on the disk of the data folder: it goes with it'));
  if (state.verified && state.verified.damaged > 0)
    findings.push(
      finding('error', 'backup contents', `${state.verified.damaged} objects are damaged: run "holdfast backup verify"`),
    );
  if (state.last && !looked.keyExported)
    findings.push(
      finding('warning', 'backup key', 'was never exported: without keys.json no backup opens; run "holdfast backup key"'),
    );
  return findings;
}

function newest({ nowMs, state, everyMinutes }: Looked): Finding {
  const { last, failed } = state;
  if (failed && failed.kind === 'backup' && failed.atMs > (last?.atMs ?? 0))
    return finding(
      'error',
      'backup',
      `the latest failed: ${failed.code}${last ? `; the newest is of ${timeOf(last.atMs)}` : ''}`,
    );
  if (!last) return finding('warning', 'backup', 'none was made yet');
  const oldMs = everyMinutes === undefined ? findingLimits.oldMs : Math.max(2 * everyMinutes * 60_000, hourMs);
  return finding(nowMs - last.atMs > oldMs ? 'warning' : 'ok', 'backup', `the newest is of ${timeOf(last.atMs)}`);
}

function tested({ nowMs, test }: Looked): Finding {
  const check = 'restore tested';
  if (!test) return finding('warning', check, 'never: run "holdfast restore --test"');
  if (!test.ok) return finding('error', check, `failed on ${timeOf(test.atMs)}: ${test.code}`);
  return finding(nowMs - test.atMs > findingLimits.testedMs ? 'warning' : 'ok', check, `last on ${timeOf(test.atMs)}`);
}

function finding(severity: Finding['severity'], check: string, message: string): Finding {
  return { severity, check, message };
}

const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16)}Z`;

function onSameDisk(one: string, other: string): boolean {
  try {
    return statSync(one).dev === statSync(other).dev;
  } catch {
    return false;
  }
}
