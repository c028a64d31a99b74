// How matches give out and forget customers: results, uploaded files, and the sealed lists of matches that still go on. oversee/subjects asks it.

import { setImmediate as turn } from 'node:timers/promises';
import type { Event } from '../core/model/event.ts';
import type { SubjectHolder } from '../oversee/subjects/subjects.ts';
import { personId } from '../record/profiles/profiles.ts';
import type { FileRow } from './file-rows.ts';
import type { MatchFiles } from './files.ts';
import type { MatchResults } from './results.ts';
import type { RoundScores } from './rounds/round-scores.ts';

/** Sealed lists of customers that matches keep until they are over. */
export type Snapshots = {
  /** Matches that go on with a list of this node's persons. */
  ofCustomers(): Promise<readonly string[]>;
  /** Whether one of these persons (`p12`) is in the list. */
  contains(match: string, ids: ReadonlySet<string>): Promise<boolean>;
  /** Ends the match and drops its lists, telling the partner no more than that it ended. Nothing happens where it has ended. */
  end(match: string): Promise<void>;
};

export type MatchHolderParts = {
  /** Tables of the migrations in which books and spools lie. */
  readonly tables: readonly string[];
  readonly results: Pick<MatchResults, 'everythingOf' | 'erasePersons' | 'eraseRows'>;
  readonly files: Pick<MatchFiles, 'list' | 'rows' | 'drop'>;
  readonly snapshots: Snapshots;
  readonly scores: Pick<RoundScores, 'everythingOf' | 'erasePersons'>;
  /** Numbers of the node's sources: a file's ids may be those of any of them. */
  sources(): readonly number[];
};

export function matchHolder(parts: MatchHolderParts): SubjectHolder {
  const { results, files, snapshots, scores } = parts;
  return {
    name: 'matches',
    tables: parts.tables,
    async export({ recordIds }) {
      const found = await results.everythingOf(recordIds);
      const scored = await scores.everythingOf(recordIds);
      if (found.length + scored.length === 0) return undefined;
      return { ...(found.length > 0 && { foundWithPartners: found }), ...(scored.length > 0 && { scoredWithPartners: scored }) };
    },
    async erase(gone) {
      let erased = (await results.erasePersons(gone.recordIds)) + (await scores.erasePersons(gone.recordIds));
      const ids = new Set(gone.recordIds.map(personId));
      for (const match of await snapshots.ofCustomers())
        if (await snapshots.contains(match, ids)) {
          await snapshots.end(match);
          erased += 1;
        }
      const concerns = concerning(gone, parts.sources());
      erased += await results.eraseRows(({ id }) => concerns({ id, values: [] }));
      for (const { id, match } of await files.list()) {
        if (!(await holds(files.rows(id), concerns))) continue;
        if (match !== undefined) await snapshots.end(match);
        await files.drop(id);
        erased += 1;
      }
      return erased;
    },
  };
}

async function holds(
  batches: AsyncIterable<readonly FileRow[]>,
  concerns: (row: Pick<FileRow, 'id' | 'values'>) => boolean,
): Promise<boolean> {
  for await (const batch of batches) {
    if (batch.some(concerns)) return true;
    await turn();
  }
  return false;
}

type Gone = Parameters<SubjectHolder['erase']>[0];
const traitOf = { phone: 'phone', email: 'email', card: 'loyaltyCard' } as const;

/** Whether a row is about somebody who is gone: by the file's id, in any source, or by a value. */
function concerning(gone: Gone, sources: readonly number[]): (row: Pick<FileRow, 'id' | 'values'>) => boolean {
  return ({ id, values }) =>
    sources.some((source, at) => {
      // Values are the same in every source.
      const traits = at === 0 ? traitsOf(values) : {};
      // As an external id, not as the event's own: the names of records are remembered, and a file has millions.
      const context = { externalIds: [{ type: 'user_id', id }] };
      const times = { occurredAtMs: gone.erasedAtMs, receivedAtMs: gone.erasedAtMs };
      const event: Event = { kind: 'identify', messageId: '', traits, context, ...times };
      return gone.concerns(source, event);
    });
}

function traitsOf(values: FileRow['values']): { [name: string]: string[] } {
  const traits: { [name: string]: string[] } = {};
  for (const { kind, raw } of values) {
    const name = traitOf[kind];
    traits[name] = [...(traits[name] ?? []), String(raw)];
  }
  return traits;
}
