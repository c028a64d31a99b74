// What people look at beside single profiles: who was heard of last, what a decision would come to, how well it is decided who is who, by which
// rules, and whether a person is still as they were when somebody looked. Reads alone.

import { createHash } from 'node:crypto';
import type { Held } from './cache.ts';
import type { Sources } from './golden.ts';
import { type Preview, preview, type Wish } from './identity/preview.ts';
import { type Quality, qualityLimits, qualityOf } from './identity/quality.ts';
import type { Memory } from './memory.ts';
import { type RecentFilter, type RecentPage, recentPage } from './recent.ts';
import type { Rule } from './survivorship.ts';
import type { ProfileView } from './view.ts';

export type IdentifierRule = {
  kind: string;
  unique: boolean;
  joins: boolean;
  maxPeople: number;
  perSource: boolean;
  household: boolean;
  /** How many placeholder values are known and tell nobody apart. */
  placeholders: number;
  /** The form in which values are compared. */
  form: 'e164' | 'mail' | 'document' | 'card' | 'as_given';
};
export type IdentityRules = {
  kinds: IdentifierRule[];
  survivorship: { trait: string; criteria: readonly string[]; sources?: readonly string[] }[];
  region?: string;
};

export type LooksParts = {
  memory: Memory;
  sources: Sources;
  steady: <T>(read: () => Promise<T>) => Promise<T>;
  exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  recordsOf(id: number): Promise<Held[]>;
  viewOf(records: readonly Held[]): Promise<ProfileView>;
};

const forms: { readonly [kind: string]: IdentifierRule['form'] } = {
  phone: 'e164',
  email: 'mail',
  national_id: 'document',
  loyalty_card: 'card',
};

export class Looks {
  readonly #parts: LooksParts;

  constructor(parts: LooksParts) {
    this.#parts = parts;
  }

  /** @param mayShow whether a person may be shown to whoever asks */
  recent(filter: RecentFilter, mayShow: (personId: number) => Promise<boolean>): Promise<RecentPage> {
    return this.#parts.steady(() => recentPage({ ...this.#parts, mayShow }, filter));
  }

  /** What a decision would come to. @throws {Fault} what the decision itself would */
  preview(wish: Wish): Promise<Preview> {
    const { memory, sources, exclusive, viewOf } = this.#parts;
    return exclusive(() => preview(memory, wish, sources, viewOf));
  }

  /** @param offsetMs of the reader's clock from UTC, for where days begin */
  quality(days: number, offsetMs: number): Promise<Quality> {
    return this.#parts.steady(() => qualityOf(this.#parts.memory, Math.min(days, qualityLimits.days), offsetMs));
  }

  /** Another text whenever something of the person is another, and the same one else; it tells nothing of what. @throws {Fault} `not_found` */
  version(id: number): Promise<string> {
    const { steady, recordsOf, viewOf } = this.#parts;
    return steady(async () => {
      const records = await recordsOf(id);
      const { scores, segments } = await viewOf(records);
      const parts = [records.map(({ recordId, personId, throughSeq }) => [recordId, personId, throughSeq]), scores, segments];
      return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
    });
  }

  rules(): IdentityRules {
    const { kinds, survivorship, region } = this.#parts.memory.config;
    return {
      kinds: [...kinds.values()].map(({ kind, unique, joins, maxPeople, perSource, household, blocked }) => ({
        ...{ kind, unique, joins, maxPeople, perSource, household },
        placeholders: blocked.length,
        form: forms[kind] ?? 'as_given',
      })),
      survivorship: Object.entries(survivorship).map(([trait, { criteria, sources }]: [string, Rule]) => ({
        trait,
        criteria,
        ...(sources && { sources }),
      })),
      ...(region !== undefined && { region }),
    };
  }
}
