// How the slices below give out and forget what they keep about customers. They know nothing of this room, so they are registered here.

import type { AuditLog } from '../../core/audit/audit.ts';
import type { Store } from '../../core/store/store.ts';
import type { Consent } from '../../record/consent/consent.ts';
import type { Profiles } from '../../record/profiles/profiles.ts';
import type { Quarantine } from '../../record/sources/sources.ts';
import type { Downstream } from './downstream.ts';
import type { Gone, Subject, SubjectHolder } from './registry.ts';

export const exportLimits = {
  /** Rows of each list; beyond them `cut` says so. */
  events: 100_000,
  auditEntries: 10_000,
} as const;

export type HolderParts = {
  store: Store;
  profiles: Pick<Profiles, 'profile' | 'timeline' | 'explain' | 'keysOf'>;
  consent: Pick<Consent, 'ledger'>;
  quarantine: Pick<Quarantine, 'list' | 'forget'>;
  audit: Pick<AuditLog, 'list'>;
  downstream: Downstream;
};

export function holdersBelow(parts: HolderParts): SubjectHolder[] {
  return [record(parts), consents(parts), quarantine(parts), audit(parts), outbox(parts)];
}

/** The record itself; its erasure is a step of its own, with the keys. */
function record({ profiles }: HolderParts): SubjectHolder {
  return {
    name: 'record',
    tables: [
      ...['records', 'record_keys', 'events', 'timeline', 'states', 'identifiers'],
      ...['decisions', 'decision_records', 'reviews'],
    ],
    async export({ person }) {
      const profile = await profiles.profile(person);
      const { decisions } = await profiles.explain(person);
      const events: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await profiles.timeline(person, { limit: 200, ...(cursor !== undefined && { cursor }) });
        events.push(...page.events);
        cursor = page.next;
      } while (cursor !== undefined && events.length < exportLimits.events);
      return { profile, events, ...(cursor !== undefined && { cut: true }), whyTheseRecordsAreOne: decisions };
    },
    erase: async () => 0,
  };
}

function consents({ consent }: HolderParts): SubjectHolder {
  return { name: 'consents', tables: ['consents'], export: ({ person }) => consent.ledger(person), erase: async () => 0 };
}

function quarantine({ quarantine: held, profiles }: HolderParts): SubjectHolder {
  return {
    name: 'quarantine',
    tables: ['quarantine'],
    async export(subject) {
      const { identifiers, records } = await profiles.profile(subject.person);
      const names = new Set(identifiers.map(({ value }) => value));
      const mine: unknown[] = [];
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: Awaited<ReturnType<Quarantine['list']>> = await held.list({ after, limit: 500 });
        for (const row of page.rows) {
          const { userId, anonymousId } = row.event;
          if ((userId !== undefined && names.has(userId)) || (anonymousId !== undefined && names.has(anonymousId)))
            mine.push(row);
        }
        after = page.next;
      }
      return mine.length > 0 && records.length > 0 ? mine : undefined;
    },
    async erase({ concerns, erasedAtMs }: Gone) {
      // What came later under the same id is about a new customer.
      const forgotten = await held.forget((event, source, atMs) => atMs <= erasedAtMs && concerns(source, event));
      return forgotten.length;
    },
  };
}

/** Entries stay, since the log is hashed; what they say of the customer is sealed with keys that go with the record's. */
function audit({ audit: log }: HolderParts): SubjectHolder {
  return {
    name: 'audit',
    tables: ['audit_keys', 'log_keys', 'audit_entries'],
    async export({ recordIds }: Subject) {
      const entries: unknown[] = [];
      let before: number | undefined;
      do {
        const page = await log.list({ records: recordIds, limit: 500, ...(before !== undefined && { before }) });
        // Who exactly looked is the organisation's to know; that it was done, when and what for is the customer's.
        entries.push(
          ...page.entries.map(({ atMs, action, fields, purpose, outcome }) => ({ atMs, action, fields, purpose, outcome })),
        );
        before = page.next;
      } while (before !== undefined && entries.length < exportLimits.auditEntries);
      return entries.length > 0 ? { entries, ...(before !== undefined && { cut: true }) } : undefined;
    },
    erase: async () => 0,
  };
}

/** Rows that wait to be told hold ids, sealed, until the systems have answered. */
function outbox(_parts: HolderParts): SubjectHolder {
  return { name: 'erasures told', tables: ['erasure_outbox'], export: async () => undefined, erase: async () => 0 };
}
