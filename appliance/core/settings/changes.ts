// Which settings changed between two starts: the folder keeps a digest of each from the last one, under a key of the node, so that the file tells nothing of a
// secret that a setting refers to. That a secret was replaced counts as a change of its setting.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { type Environment, readSecret, type SecretReference } from '../model/secret-reference.ts';
import { writeSafely } from '../tls/files.ts';
import { allSettings } from './settings.ts';
import { valueAt } from './tree.ts';

export const seenFile = 'configuration-seen.json';

/** Of the latest start at which something had changed. */
export type Changed = { readonly atMs: number; readonly settings: readonly string[] };
type Seen = { digests: { [setting: string]: string }; changed?: Changed };

export type ChangeParts = {
  readonly folder: string;
  readonly config: Config;
  readonly env: Environment;
  readonly nowMs: number;
  /** Keyed: without the key a digest tells nothing of what it is of. */
  digest(setting: string, text: string): string;
};

/**
 * @param tell writes down what changed; the folder remembers it only after that
 * @returns the settings that are not as at the last start; undefined at the first
 */
export async function noteChanges(
  parts: ChangeParts,
  tell: (settings: readonly string[]) => Promise<void>,
): Promise<readonly string[] | undefined> {
  const before = readSeen(parts.folder);
  const digests = Object.fromEntries(
    allSettings.flatMap(({ path, keys }) => {
      const text = textOf(parts, path, keys);
      return text === undefined ? [] : [[path, parts.digest(path, text)]];
    }),
  );
  const settings = allSettings.map(({ path }) => path).filter((path) => before?.digests[path] !== digests[path]);
  if (before && settings.length === 0) return [];
  if (before) await tell(settings);
  const changed = before ? { atMs: parts.nowMs, settings } : undefined;
  writeSafely(join(parts.folder, seenFile), `${JSON.stringify({ digests, ...(changed && { changed }) })}\n`);
  return before && settings;
}

export const lastChanged = (folder: string): Changed | undefined => readSeen(folder)?.changed;

/** A damaged one is as none: the next start is then as the first. */
function readSeen(folder: string): Seen | undefined {
  try {
    const seen = JSON.parse(readFileSync(join(folder, seenFile), 'utf8')) as Seen;
    return typeof seen.digests === 'object' && seen.digests !== null ? seen : undefined;
  } catch {
    return undefined;
  }
}

/** Settings that name a file with a secret by its path alone. */
const pathsOfSecrets: readonly string[] = ['directory.oidc.clientSecretFile', 'backup.s3.credentials'];

function textOf({ config, folder, env }: ChangeParts, path: string, keys: readonly string[]): string | undefined {
  const value = valueAt(config, keys);
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  const kind = keys.at(-1);
  const reference: SecretReference | undefined = pathsOfSecrets.includes(path)
    ? { file: String(value) }
    : /^(storePassword|.*\.clientSecret|.*\.secretAccessKey)\.(file|env|credential)$/.test(path)
      ? { [kind!]: String(value) }
      : undefined;
  if (!reference) return text;
  try {
    return `${text}\n${readSecret(reference, path, resolve(folder), env)}`;
  } catch {
    // Whoever needs it says that it is not there.
    return text;
  }
}
