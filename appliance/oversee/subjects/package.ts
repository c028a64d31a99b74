// Everything about one person in one package: a part from every registered slice, with what the law wants said beside it.

import type { Words } from '../../core/errors.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import { rightsOf } from '../../core/model/rights.ts';
import type { Subject, SubjectHolder } from './registry.ts';

export type Package = {
  type: 'holdfast subject package';
  version: 1;
  person: string;
  madeAtMs: number;
  controller: string;
  privacyNotice?: string;
  law: { law: string; name: Words; article: string };
  purposes: { purpose: string; name: Words; basis: Words; article: string }[];
  parts: { [holder: string]: unknown };
};

export async function packageOf(
  holders: readonly SubjectHolder[],
  subject: Subject,
  table: PurposeTable,
  nowMs: number,
): Promise<Package> {
  const parts: Package['parts'] = {};
  for (const holder of holders) {
    const part = await holder.export(subject);
    if (part !== undefined) parts[holder.name] = part;
  }
  const { pack } = table;
  return {
    type: 'holdfast subject package',
    version: 1,
    person: `p${subject.person}`,
    madeAtMs: nowMs,
    controller: table.controller,
    ...(table.privacyNotice !== undefined && { privacyNotice: table.privacyNotice }),
    law: { law: pack.law, name: pack.name, article: rightsOf(pack.law).articles.access },
    purposes: [...table.purposes.values()].map(({ purpose, name, basis }) => {
      const rule = pack.bases[basis]!;
      return { purpose, name, basis: rule.name, article: rule.article };
    }),
    parts,
  };
}
