// A record as the consent gate sees it: its words on consent, whose it is, and the birthday that says whether a guardian must speak.

import type { ConsentRecord } from '../../core/model/consent.ts';
import type { Held } from './cache.ts';
import { isLater } from './state/stamp.ts';
import type { TraitsState, TraitValue } from './state/traits.ts';

export function consentRecordOf({ recordId, personId, state }: Pick<Held, 'recordId' | 'personId' | 'state'>): ConsentRecord {
  const birthday = birthdayOf(state.traits);
  return { recordId, personId, consents: state.consents, ...(birthday !== undefined && { birthday }) };
}

/** The record's latest word: an empty one takes back what was said before. */
function birthdayOf(traits: TraitsState): string | undefined {
  let latest: TraitValue | undefined;
  for (const value of Object.values(traits.birthday ?? {})) if (!latest || isLater(value, latest)) latest = value;
  return typeof latest?.value === 'string' ? latest.value : undefined;
}
