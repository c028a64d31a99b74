// The members of a segment as rows for somebody outside: only those who may be used for the purpose over the channel, only the traits asked for, and
// where tokens are wanted, these in place of what identifies.

import type { Json } from '../../core/model/event.ts';
import { csvCell, harmlessCell } from '../../core/tables/tables.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';

/** `rows`: of one page, as that many customers are written to the audit log together. `all`: of one file. */
export const exportLimits = { rows: 500, all: 100_000, traits: 50 } as const;

export type ExportAsked = {
  purpose: string;
  channel?: string;
  traits: readonly string[];
  /** In place of phone numbers and numbers of documents, cards and bank accounts: numbers of the same form that the node can turn back. */
  tokens?: boolean;
};
export type ExportRow = { id: string; traits: { [name: string]: Json } };

export type ExportParts = {
  factsOf(persons: readonly number[]): Promise<Map<number, PersonFacts>>;
  /** 1 where the gate allows it, in their order. */
  mayUseMany(persons: readonly number[], purpose: string, channel: string): Promise<Uint8Array>;
  /** What may stand for a value; undefined where it is shown as the caller may see it. */
  tokenOf(purpose: string, trait: string, value: Json): string | undefined;
};

/** Of these who may be used, with what is asked of them. @param before is told of whom, before anything of them is read */
export async function exportRows(
  parts: ExportParts,
  persons: readonly number[],
  { purpose, channel = '*', traits, tokens = false }: ExportAsked,
  before: (persons: readonly number[]) => Promise<void>,
): Promise<{ clear: ExportRow; tokens: { [trait: string]: string } }[]> {
  const allowed = await parts.mayUseMany(persons, purpose, channel);
  const may = persons.filter((_, at) => allowed[at] === 1);
  if (may.length === 0) return [];
  await before(may);
  const facts = await parts.factsOf(may);
  return may.flatMap((person) => {
    const own = facts.get(person);
    if (!own) return [];
    const row: ExportRow = { id: `p${person}`, traits: {} };
    const instead: { [trait: string]: string } = {};
    for (const trait of traits) {
      const value = own.trait(trait);
      if (value === undefined) continue;
      row.traits[trait] = value;
      const token = tokens ? parts.tokenOf(purpose, trait, value) : undefined;
      if (token !== undefined) instead[trait] = token;
    }
    return [{ clear: row, tokens: instead }];
  });
}

export function csvHeader(traits: readonly string[]): string {
  return `${['id', ...traits].map(csvCell).join(',')}\n`;
}

export function csvLine({ id, traits: values }: ExportRow, traits: readonly string[]): string {
  const cells = traits.map((trait) => {
    const value = values[trait] ?? '';
    return csvCell(harmlessCell(typeof value === 'string' ? value : JSON.stringify(value)));
  });
  return `${[id, ...cells].join(',')}\n`;
}
