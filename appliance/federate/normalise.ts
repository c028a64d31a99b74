// How a telephone number, an e-mail address and a card number are written before a match encodes them ("holdfast normal 1"). One place, since two
// organisations that wrote one customer differently would not find them. docs/federation-normalisation.md says the same for other implementations.

import type { NormalisationReport } from '../../federation/participant/ports.ts';
import type { MatchKind } from '../../federation/protocol/match-terms.ts';
import {
  type IdentifierKind,
  type IdentifierKinds,
  type IdentifierPolicy,
  isBlocked,
  normaliseIdentifier,
} from '../core/model/identifier.ts';
import { emailKey } from '../core/values/email.ts';
import { type Normal, normal, type Region, refuse } from '../core/values/normal.ts';
import { normalisePhone } from '../core/values/phone.ts';
import { asText } from '../core/values/text.ts';

/** Cards: shorter ones are numbers of a counter, longer ones whole sentences. */
export const cardLimits = { from: 4, to: 64 } as const;

/** Why a value is not brought into a match. Reports count them; no value stands beside. */
export const refusalCodes = [
  'empty',
  'not_text',
  'damaged',
  'placeholder',
  'phone_length',
  'phone_range',
  'email_form',
  'email_length',
  'email_domain',
  'card_length',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type NormaliserOptions = {
  /** Whose telephone numbers are written without a country. */
  readonly region: Region;
  /** The organisation's policies: which values are placeholders. */
  readonly kinds: IdentifierKinds;
  /** The kind of identifier whose placeholders hold for cards; loyalty cards when absent. */
  readonly cardKind?: IdentifierKind;
};

/** The item of a value, such as `phone:+8613812345679`, or the code of why there is none. */
export type Normaliser = (kind: MatchKind, raw: unknown) => Normal<string>;

export function normaliser({ region, kinds, cardKind = 'loyalty_card' }: NormaliserOptions): Normaliser {
  const policies: { readonly [kind in MatchKind]: IdentifierPolicy | undefined } = {
    phone: kinds.get('phone'),
    email: kinds.get('email'),
    card: kinds.get(cardKind),
  };
  return (kind, raw) => {
    const given = asText(raw);
    if (given === undefined || typeof raw === 'boolean') return refuse('not_text');
    if (given.trim() === '') return refuse('empty');
    // Half a character was lost on the way here, so the rest is not the value either.
    if (given.includes('\ufffd') || !given.isWellFormed()) return refuse('damaged');
    const policy = policies[kind];
    if (policy && isBlocked(policy, given)) return refuse('placeholder');
    const written = forms[kind](given, region);
    if (!written.ok) return written;
    if (policy && isBlocked(policy, written.value)) return refuse('placeholder');
    return normal(flat(`${kind}:${written.value}`));
  };
}

const forms: { readonly [kind in MatchKind]: (given: string, region: Region) => Normal<string> } = {
  phone(given, region) {
    const written = normalisePhone(given, { region });
    if (written.ok) return written;
    return refuse(written.reason.includes('number range') ? 'phone_range' : 'phone_length');
  },
  email(given) {
    const written = emailKey(given);
    if (written.ok) return written;
    if (/long/.test(written.reason)) return refuse('email_length');
    return refuse(written.reason.includes('domain form') ? 'email_domain' : 'email_form');
  },
  card(given) {
    const written = normaliseIdentifier('loyalty_card', given);
    if (!written.ok) return refuse('card_length');
    const length = [...written.value].length;
    return length < cardLimits.from || length > cardLimits.to ? refuse('card_length') : written;
  },
};

/** In memory of its own: text that was cut or joined keeps the whole it came from alive, of which a million are too many. */
export function flat(text: string): string {
  const written = scratch.write(text, 'utf8');
  // Three bytes are the most that a unit of text takes: with less room left, something may have been cut off.
  return written + 3 > scratch.length ? Buffer.from(text, 'utf8').toString('utf8') : scratch.toString('utf8', 0, written);
}
const scratch = Buffer.allocUnsafeSlow(2048);

/** Counts for a NormalisationReport of one kind. Every value given is taken, refused, or repeats one that was taken. */
export class Normalised {
  given = 0;
  taken = 0;
  repeats = 0;
  readonly #refused = new Map<string, number>();

  refuse(code: string, times = 1): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + times);
  }

  report(): NormalisationReport {
    const { given, taken, repeats } = this;
    return { given, taken, repeats, refused: Object.fromEntries([...this.#refused].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }
}
