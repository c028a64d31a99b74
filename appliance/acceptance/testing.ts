// What the acceptance tests share: asking a node as its users do, over the API, and reading all there is.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../core/model/event.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import { type Answered, type Client, cli, temporaryFolder } from '../simulation/testing/process.ts';

export type TimelineEvent = Event & { source: string; recordId: number };

/** People found by an identifier. */
export async function findProfiles(
  client: Client,
  lookup: { identifier: string; kind?: string; source?: string },
): Promise<ProfileView[]> {
  return (await client.ask<{ profiles: ProfileView[] }>('POST', '/api/profiles/search', lookup)).profiles;
}

/** The whole timeline of a person, page by page, newest first. */
export async function wholeTimeline(client: Client, id: string, pageRows = 200): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(pageRows), ...(cursor !== undefined && { cursor }) });
    const page = await client.ask<{ events: TimelineEvent[]; next?: string }>('GET', `/api/profiles/${id}/timeline?${query}`);
    events.push(...page.events);
    if (page.next === undefined) return events;
    cursor = page.next;
  }
}

/** Every event of a source on the timelines of the people these ids lead to; each person is read once. */
export async function everythingOf(client: Client, source: string, ids: readonly string[]): Promise<TimelineEvent[]> {
  const people = new Set<string>();
  for (const identifier of ids) for (const profile of await findProfiles(client, { identifier, source })) people.add(profile.id);
  const events: TimelineEvent[] = [];
  for (const id of people) events.push(...(await wholeTimeline(client, id)).filter((event) => event.source === source));
  return events;
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

export type Shown = ProfileView & { timeline: { name?: string; messageId: string }[] };

/** What a person is, without the order in which their records were made. */
export function essence({ traits, computed, identifiers, orders, consents, events, timeline }: Shown): object {
  return { traits, computed, identifiers, orders, consents, events, timeline };
}

export type CommandLine = {
  home: string;
  folder: string;
  /** A file beside the data folder, for its owner only; returns its path. */
  write(name: string, text: string): string;
  /** A command that succeeds: its words. */
  run(...args: string[]): Promise<string>;
  /** A command that succeeds: its answer. */
  ask<T>(...args: string[]): Promise<T>;
  /** A command that fails: its exit code and the code of its error. */
  fail(...args: string[]): Promise<[exit: number | null, code: string]>;
  /** What doctor warns of, or finds wrong: the checks. Its exit code is held to them. */
  amiss(...args: string[]): Promise<string[]>;
  failWith(passphraseFile: string, ...args: string[]): Promise<[exit: number | null, code: string]>;
  /** The one person an identifier leads to. */
  profile(identifier: string): Promise<Shown>;
  remove(): void;
};

/** The real command line, one process a command, on a folder that does not exist yet, with its passphrase in a file. */
export function commandLine(): CommandLine {
  const home = temporaryFolder();
  const folder = join(home, 'data');
  const write = (name: string, text: string) => {
    const path = join(home, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const passphraseFile = write('passphrase', 'first words\n');
  const env = (file: string) => ({ HOLDFAST_PASSPHRASE_FILE: file, HOLDFAST_HOME: folder, LC_ALL: 'C', HOLDFAST_LANG: '' });
  const run = async (...args: string[]) => {
    const done = await cli(args, env(passphraseFile));
    assert.equal(done.code, 0, `${args.join(' ')}: ${done.err}${done.out}`);
    return done.out;
  };
  const ask = async <T>(...args: string[]) => JSON.parse(await run(...args, '--json')) as T;
  const failWith = async (file: string, ...args: string[]) => failed(await cli([...args, '--json'], env(file)));
  return {
    home,
    folder,
    write,
    run,
    ask,
    async amiss(...args) {
      const { code, out, err } = await cli(['doctor', ...args, '--json'], env(passphraseFile));
      const { findings } = JSON.parse(out) as { findings: { severity: 'ok' | 'warning' | 'error'; check: string }[] };
      const severities = new Set(findings.map(({ severity }) => severity));
      assert.equal(code, severities.has('error') ? 2 : severities.has('warning') ? 1 : 0, `${err}${out}`);
      return findings.filter(({ severity }) => severity !== 'ok').map(({ check }) => check);
    },
    failWith,
    fail: (...args) => failWith(passphraseFile, ...args),
    async profile(identifier) {
      const { profiles } = await ask<{ profiles: Shown[] }>('profile', identifier);
      assert.equal(profiles.length, 1, `${identifier} is one person`);
      return profiles[0]!;
    },
    remove: () => removeFolder(home),
  };
}

function failed(done: Answered): [exit: number | null, code: string] {
  const line = done.err.trim().split('\n').at(-1) ?? '';
  return [done.code, (JSON.parse(line) as { error: { code: string } }).error.code];
}
