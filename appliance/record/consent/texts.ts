// The texts that customers agree to, and their versions: a hash over exactly what is shown in one language, so that a consent says which words it
// is about, whatever is written in the configuration later.

import { createHash } from 'node:crypto';
import type { Language } from '../../core/http/answer.ts';
import type { Purpose, PurposeTable } from '../../core/model/purposes.ts';

export type ShownText = { purpose: string; language: Language; policyVersion?: string; name: string; text: string };

export const languageTags: { readonly [language in Language]: string } = { en: 'en', zh: 'zh-CN' };

export function shownText(table: PurposeTable, purpose: Purpose, language: Language): ShownText {
  const { policyVersion } = table;
  return {
    purpose: purpose.purpose,
    language,
    ...(policyVersion !== undefined && { policyVersion }),
    name: purpose.name[language],
    text: purpose.text[language],
  };
}

export function versionOf(shown: ShownText): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 16);
}

/** Of all texts of a page. */
export function pageVersion(table: PurposeTable, language: Language): string {
  const versions = [...table.purposes.values()].map((purpose) => versionOf(shownText(table, purpose, language)));
  return createHash('sha256').update(versions.join(' ')).digest('hex').slice(0, 16);
}

export function allTexts(table: PurposeTable): ShownText[] {
  const purposes = [...table.purposes.values()];
  return (['en', 'zh'] as const).flatMap((language) => purposes.map((purpose) => shownText(table, purpose, language)));
}
