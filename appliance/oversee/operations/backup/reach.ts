// Whether the place of backups answers now: asked by doctor, so it takes seconds at most and changes nothing.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import { openTarget } from './settings.ts';
import type { TargetSettings } from './target.ts';

/** A server nearby answers in milliseconds. */
const longestMs = 4_000;
/** A name that there never is: whoever says so has answered. */
const nothing = 'doctor/nothing';

/**
 * @param used whether there were backups: then a folder must be there, and the first makes it
 * @returns a code; undefined where it answers
 */
export async function whyUnreachable(target: TargetSettings, used: boolean): Promise<string | undefined> {
  if (target.kind === 'folder') return whyFolder(target.path, used);
  const opened = openTarget(target);
  const enough = new AbortController();
  try {
    const asked = opened.get(nothing).then(() => undefined, codeOf);
    const late = setTimeout(longestMs, 'no answer', { signal: enough.signal }).catch(() => undefined);
    return await Promise.race([asked, late]);
  } finally {
    enough.abort();
    opened.close();
  }
}

async function whyFolder(path: string, used: boolean): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return 'ENOTDIR';
    await access(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' && !used ? undefined : code;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Fault) return error.where === undefined ? error.code : `${error.code}, ${error.where}`;
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
