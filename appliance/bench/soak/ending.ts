// The end of a soak: whether everything acknowledged is in the record, whoever was erased is gone, the audit log verifies, and a doctor finds no error.

import { cli, type Place } from '../../simulation/testing/process.ts';
import { judgeNone, type Verdict } from './judge.ts';
import { messageId, type People } from './people.ts';
import type { Tally } from './tally.ts';
import type { Work } from './work.ts';

const readersAtOnce = 8;
const pageRows = 200;
/** Longest run of a command that reads the whole database. */
const commandMs = 1_800_000;
const kind = 'the end';

export type Compared = { customers: number; events: number; missing: number; besides: number; backAgain: number };

/** Reads every customer's whole timeline. Whoever was never erased has exactly what was acknowledged, once. */
export async function compare({ people, work, tally }: { people: People; work: Work; tally: Tally }): Promise<Compared> {
  const found: Compared = { customers: 0, events: 0, missing: 0, besides: 0, backAgain: 0 };
  let next = 0;
  const reader = async () => {
    for (let customer = next++; customer < people.count; customer = next++) {
      const id = await work.search(customer, kind);
      if (people.erased.has(customer)) {
        if (id !== undefined) found.backAgain += 1;
        continue;
      }
      const made = people.made[customer]!;
      const expected = new Set(Array.from({ length: made }, (_, at) => messageId(customer, at)));
      if (id !== undefined) found.besides += await strike(tally, id, customer, expected);
      found.customers += 1;
      found.events += made - expected.size;
      found.missing += expected.size;
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, reader));
  return found;
}

type Page = { events: { messageId: string; userId?: string }[]; next?: string };

/** Takes what a timeline shows from what it should; @returns how many of the customer's messages it shows twice, or that were never sent */
async function strike(tally: Tally, id: string, customer: number, expected: Set<string>): Promise<number> {
  let besides = 0;
  let cursor = '';
  do {
    const path = `/api/profiles/${id}/timeline?limit=${pageRows}${cursor && `&cursor=${cursor}`}`;
    const page: Page | undefined = await tally.ask<Page>(kind, 'GET', path);
    if (!page) return besides;
    for (const { messageId: shown } of page.events)
      if (shown.startsWith(`soak-${customer}-`) && !expected.delete(shown)) besides += 1;
    cursor = page.next ?? '';
  } while (cursor !== '');
  return besides;
}

export type Commanded = { ok: boolean; said: string };

/** A command of the product on the node that runs; what it says where it fails. */
export async function command(place: Place, ...args: string[]): Promise<Commanded> {
  const env = { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile };
  const { code, out, err } = await cli(['--data', place.folder, '--json', ...args], env, commandMs);
  return { ok: code === 0, said: code === 0 ? out : `exit code ${code}: ${(err || out).trim().slice(-300)}` };
}

export function judgeCompared({ missing, besides, backAgain }: Compared): Verdict[] {
  return [
    judgeNone('acknowledged events that are not in the record', missing),
    judgeNone('events twice, or never sent', besides),
    judgeNone('people found after their erasure', backAgain),
  ];
}
