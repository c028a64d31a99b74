// The steps of `holdfast setup`, each of which looks first whether it is done already: running them again after a kill finishes what is missing and never makes
// a second key. What was shown once is noted in setup.json; what was shown and not noted is made anew, and the earlier one stops working.

import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { Person } from '../core/access/access.ts';
import { type Config, configFile, parseConfig } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import type { TlsDeclaration } from '../core/model/tls-config.ts';
import { systemPorts } from '../core/ports.ts';
import { writeSafely } from '../core/tls/files.ts';
import { keyFileExists, newShares, unlock } from '../core/vault/vault.ts';
import { initFolder, type Serving } from '../lifecycle.ts';
import type { Api } from './connect.ts';
import type { CliContext } from './context.ts';
import { readAccessToken, readNodeAddress, tryOutPassphraseFile, writeAccessToken } from './node-file.ts';
import { newQuestion } from './passphrase.ts';
import { fetchFrom } from './pinned-fetch.ts';
import type { Administrator, SetupAnswers } from './setup-answers.ts';

const stateFile = 'setup.json';
export type SetupState = { sharesShown?: true; linksShown?: string[]; restoreTested?: true };

export function readState(folder: string): SetupState {
  try {
    return JSON.parse(readFileSync(join(folder, stateFile), 'utf8')) as SetupState;
  } catch {
    return {};
  }
}

export const keepState = (folder: string, state: SetupState): void =>
  writeSafely(join(folder, stateFile), `${JSON.stringify(state)}\n`);

/** What holdfast.json has to say; whatever else stands in it stays. @throws {Fault} `config_invalid` */
export function configFor(context: CliContext, answers: SetupAnswers): { raw: object; config: Config } {
  const path = join(context.dataFolder, configFile);
  let before: { [setting: string]: unknown } = {};
  if (existsSync(path)) {
    try {
      before = JSON.parse(readFileSync(path, 'utf8')) as typeof before;
    } catch (error) {
      throw new Fault('config_invalid', `${configFile} is not JSON`, { cause: error });
    }
  }
  const { name, tls, port = 7700, store, backup } = answers;
  const host = isIP(name) === 6 ? `[${name}]` : name;
  const { tls: _tls, ...rest } = before;
  const file = (given: string) => resolve(context.io.cwd, given);
  const raw = {
    ...rest,
    address: answers.address ?? (tls === 'proxy' ? '127.0.0.1' : '0.0.0.0'),
    port,
    publicUrl: `https://${host}${tls === 'proxy' || port === 443 ? '' : `:${port}`}`,
    ...(tls === 'own' && { tls: { authority: 'own' } }),
    ...(typeof tls === 'object' && { tls: filesOf(tls, file) }),
    ...(store !== undefined && { store }),
    ...(backup !== undefined && {
      backup: { ...(before.backup as object), to: backup.startsWith('s3://') ? backup : file(backup) },
    }),
  };
  return { raw, config: parseConfig(raw) };
}

/** Paths as from where the command was given, not from the data folder. */
function filesOf(tls: Exclude<SetupAnswers['tls'], string>, file: (given: string) => string): TlsDeclaration {
  if (!('acme' in tls)) return { certificate: file(tls.certificate), key: file(tls.key) };
  const { certificates, externalAccount, ...acme } = tls.acme;
  const secret = externalAccount?.key.file;
  return {
    acme: {
      ...acme,
      ...(certificates !== undefined && { certificates: file(certificates) }),
      ...(externalAccount && {
        externalAccount: secret === undefined ? externalAccount : { ...externalAccount, key: { file: file(secret) } },
      }),
    },
  };
}

/** By ACME: waits until the authority has given the certificate. @returns why not; the node goes on asking */
export async function orderCertificate(serving: Serving | undefined): Promise<Fault | undefined> {
  const { tls } = serving?.app ?? {};
  await tls?.order();
  const { acme } = tls?.certificate ?? {};
  return acme?.isWaiting ? (acme.failed?.fault ?? new Fault('acme_failed')) : undefined;
}

/** A link to a file of root's in a folder of root's (packages have one) is written through, everything else is replaced whole. */
export function writeConfig(folder: string, raw: object): void {
  const path = join(folder, configFile);
  const text = `${JSON.stringify(raw, null, 2)}\n`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault('store_read_only', folder, { cause: error });
  }
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    writeSafely(path, text);
    return;
  }
  try {
    const file = openSync(path, 'w');
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    throw new Fault('store_read_only', path, { cause: error });
  }
}

export type Keys = { passphrase: string; shares?: string[]; made: boolean };

/** Makes keys where there are none, and gives shares that nobody was shown yet. */
export async function keepKeys(context: CliContext, answers: SetupAnswers, state: SetupState): Promise<Keys> {
  const folder = context.dataFolder;
  const wanted = answers.shares ?? { k: 3, n: 5 };
  const isThere = await keyFileExists(folder);
  // First the passphrase: cut short in between, the next run makes both anew instead of a node that nobody can open.
  if (answers.unseal === 'file' && !isThere && !existsSync(join(folder, tryOutPassphraseFile)))
    writeSafely(join(folder, tryOutPassphraseFile), `${Buffer.from(systemPorts.random.bytes(24)).toString('base64url')}\n`);
  const passphrase = await context.passphrase(isThere || answers.unseal === 'file' ? undefined : newQuestion);
  if (!isThere) {
    const { shares } = await initFolder(folder, { passphrase, shares: wanted }, systemPorts);
    return { passphrase, made: true, ...(shares && { shares }) };
  }
  const root = await unlock(folder, { passphrase });
  try {
    if (readAccessToken(folder) === undefined)
      writeAccessToken(folder, Buffer.from(systemPorts.random.bytes(32)).toString('base64url'));
    if (state.sharesShown) return { passphrase, made: false };
    return { passphrase, made: false, shares: await newShares(folder, root, wanted.k, wanted.n, systemPorts) };
  } finally {
    root.destroy();
  }
}

export type Invitation = { login: string; link: string; expiresAtMs: number };
type Link = { token: string; expiresAtMs: number };

/** Invites who is not there; who was and never saw the link gets another, and the earlier one stops working. */
export async function invite(
  api: Api,
  { login, name, email, language }: Administrator,
  shown: readonly string[],
  base: string,
): Promise<Invitation | undefined> {
  const { people } = await api.call<{ people: Person[] }>('GET', '/api/people');
  const known = people.find((person) => person.login === login.toLowerCase() || person.login === login);
  if (known && (known.state !== 'invited' || shown.includes(login))) return undefined;
  const body = { login, name, roles: ['administrator'], language: language ?? 'en', ...(email !== undefined && { email }) };
  const link = known
    ? await api.call<Link>('POST', `/api/people/${known.id}/reset`, { body: { lostPhone: false } })
    : (await api.call<{ link: Link }>('POST', '/api/people', { body })).link;
  return { login, link: `${base}/console/#link=${link.token}`, expiresAtMs: link.expiresAtMs };
}

/** Asks the node as clients will: that it is open, and its first page. @throws {Fault} `node_not_answering` */
export async function askOnce(folder: string): Promise<string> {
  const address = readNodeAddress(folder);
  if (address === undefined) throw new Fault('node_not_running', folder);
  const ask = fetchFrom(address.pin);
  for (const path of ['/health/ready', '/console/']) {
    const answer = await ask(new URL(path, address.url), { signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) throw new Fault('node_not_answering', `${path}: HTTP ${answer.status}`);
    await answer.arrayBuffer();
  }
  return address.url;
}

/** A backup and a restore elsewhere, by the commands that do it, with the passphrase that is known here. @throws {Fault} as they do */
export async function backUpAndTry(context: CliContext, passphrase: string): Promise<void> {
  const [backup, restore] = await Promise.all([import('./backup.ts'), import('./restore.ts')]);
  // What they answer is theirs to say, and setup has an answer of its own.
  const here: CliContext = Object.create(context, {
    passphrase: { value: async () => passphrase },
    answer: { value: () => undefined },
  });
  await backup.command(here).parseAsync(['now'], { from: 'user' });
  await restore.command(here).parseAsync(['--test'], { from: 'user' });
}
