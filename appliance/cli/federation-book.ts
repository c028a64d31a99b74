// What the commands about federations and matches have in common: finding a federation, a member or a match by what people call it, proposing an act
// for two people, and reading the files that organisations send each other.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { FederationView, MemberView } from '../../federation/participant/belonging/belonging.ts';
import type { Approval } from '../core/access/approvals.ts';
import { Fault, type Words } from '../core/errors.ts';
import type { MatchShown } from '../federate/views.ts';
import { failAs, tellApproval } from './approvals.ts';
import { type Api, longMs } from './connect.ts';
import type { CliContext } from './context.ts';
import { printable } from './table.ts';

export type ProblemShown = FederationView['problems'][number] & { readonly message?: Words; readonly next?: Words };
export type FederationShown = Omit<FederationView, 'problems'> & { readonly problems: readonly ProblemShown[] };

/** In the reader's language where the organisation has a name in it. */
export function nameText({ language }: CliContext, name: Words): string {
  return printable(language === 'zh' ? name.zh || name.en : name.en || name.zh);
}

export const timeText = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function exampleOf({ words }: CliContext, ...lines: string[]): string {
  const all = lines.join('\n  $ ');
  return words({ en: `\nExample:\n  $ ${all}`, zh: `\n示例：\n  $ ${all}` });
}

export function withFederation(command: Command, { words }: CliContext): Command {
  return command.option(
    '--federation <name>',
    words({ en: 'which, by name or id; not needed where there is one', zh: '联盟名称或编号（仅有一个时可省略）' }),
  );
}

export const federationsOf = async (api: Api): Promise<FederationShown[]> =>
  (await api.call<{ federations: FederationShown[] }>('GET', '/api/federations')).federations;

const ended = new Set<FederationView['state']>(['left', 'removed', 'revoked', 'refused']);

/** The one that is named, or the only one that goes on. @throws {Fault} `not_found`, `bad_request` where several would do */
export async function federationCalled(api: Api, called: string | undefined): Promise<FederationShown> {
  const all = await federationsOf(api);
  const found =
    called === undefined
      ? all.filter(({ state }) => !ended.has(state))
      : oneCalled(all, called, ({ federation, name }) => [federation, name.en, name.zh]);
  return only(found, called === undefined ? 'federation: none yet' : `federation ${called}`, '--federation');
}

/** By name or id. @throws {Fault} `not_found`, `bad_request` where several are called so */
export function memberCalled(view: FederationShown, called: string): MemberView {
  const found = oneCalled(view.members, called, ({ member, name }) => [member, name.en, name.zh]);
  const members = found.filter(({ status }) => status === 'member');
  return only(members.length > 0 ? members : found, `member ${called}`, called);
}

/** By its id or the beginning of it. @throws {Fault} `not_found`, `bad_request` where several begin so */
export async function matchCalled(api: Api, called: string): Promise<MatchShown> {
  const { matches } = await api.call<{ matches: MatchShown[] }>('GET', '/api/matches');
  return only(
    oneCalled(matches, called, ({ session }) => [session]),
    `match ${called}`,
    called,
  );
}

const leastOfId = 4;

/** Whole names, else beginnings of ids. The id comes first. */
export function oneCalled<T>(all: readonly T[], called: string, namesOf: (one: T) => readonly string[]): T[] {
  const exact = all.filter((one) => namesOf(one).includes(called));
  if (exact.length > 0) return exact;
  return called.length < leastOfId ? [] : all.filter((one) => namesOf(one)[0]!.startsWith(called.toLowerCase()));
}

export function only<T>(found: readonly T[], what: string, where: string): T {
  if (found.length === 0) throw new Fault('not_found', what);
  if (found.length > 1) throw new Fault('bad_request', `${where}: ${found.length} are called so; give the whole id`);
  return found[0]!;
}

export type Proposing = { readonly kind: string; readonly payload: object; readonly reason: string };

/** An act for two people: what became of the proposal is told. @throws {Fault} what the node refuses it with, and what it failed with */
export async function proposeAndTell(context: CliContext, api: Api, body: Proposing): Promise<Approval> {
  const approval = await api.call<Approval>('POST', '/api/approvals', { body, timeoutMs: longMs });
  tellApproval(context, approval);
  failAs(approval);
  return approval;
}

/** @throws {Fault} `unreadable_file`, `limit_reached` */
export function readBytes(context: CliContext, file: string, limitBytes: number): Buffer {
  const path = resolve(context.io.cwd, file);
  try {
    if (statSync(path).size > limitBytes) throw new Fault('limit_reached', `${basename(path)}: ${limitBytes} bytes`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', `${basename(path)}: ${codeOf(error) ?? 'cannot be opened'}`, { cause: error });
  }
}

/** For its owner alone. @returns its path @throws {Fault} `unreadable_file` */
export function writeOut(context: CliContext, file: string, content: string | Uint8Array): string {
  const path = resolve(context.io.cwd, file);
  try {
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  } catch (error) {
    throw new Fault('unreadable_file', `${basename(path)}: ${codeOf(error) ?? 'cannot be written'}`, { cause: error });
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
