// E-mail addresses (RFC 5321 in practice): the domain in lower case and ASCII, the local part as given, and a comparison
// form. Dots and +tags are part of an address; only who knows the mail provider may ignore them, so it is off by default.

import { domainToASCII } from 'node:url';
import { type Normal, normal, refuse } from './normal.ts';
import { asText, cleanText } from './text.ts';

export type EmailOptions = {
  /** Treats a.b+c@gmail.com and ab@gmail.com as one in the comparison form. Default false. */
  readonly mergeProviderVariants?: boolean;
};

// RFC 5321 section 4.5.3.1: 64 octets before the @, 254 in all (RFC 3696 erratum 1690).
export const emailLimits = { local: 64, all: 254 } as const;

const localPart = /^[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z][a-z0-9-]{0,61}[a-z0-9])$/;
const usual = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}$/;

/** The address as stored: `Local.Part@example.com`, trimmed, out of `mailto:` or `Name <address>`. */
export function normaliseEmail(raw: unknown): Normal<string> {
  const given = asText(raw);
  if (given === undefined) return refuse('not an email: not text');
  if (given.length > 1024) return refuse('not an email: too long');
  const text = unwrap(cleanText(given).normalize('NFKC').trim());
  if (text.length <= emailLimits.local && usual.test(text)) return normal(text);
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) return refuse('not an email: no local part and domain');
  const local = text.slice(0, at);
  if (!localPart.test(local)) return refuse('not an email: the part before @ has characters that none may have');
  if (Buffer.byteLength(local) > emailLimits.local) return refuse('not an email: the part before @ is longer than 64 bytes');
  const domain = domainToASCII(
    text
      .slice(at + 1)
      .replace(/\.$/, '')
      .toLowerCase(),
  );
  if (!hostName.test(domain)) return refuse('not an email: no such domain form');
  if (Buffer.byteLength(local) + 1 + domain.length > emailLimits.all) return refuse('not an email: longer than 254 bytes');
  return normal(`${local}@${domain}`);
}

/**
 * The form two addresses are compared in: wholly lower case. RFC 5321 lets a host tell `A@` from `a@`, none that people use does.
 */
export function emailKey(raw: unknown, options: EmailOptions = {}): Normal<string> {
  const address = normaliseEmail(raw);
  if (!address.ok) return address;
  const lower = address.value.toLowerCase().normalize('NFKC');
  if (!options.mergeProviderVariants) return normal(lower);
  const at = lower.lastIndexOf('@');
  const domain = lower.slice(at + 1);
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return normal(lower);
  const local = lower.slice(0, at).replace(/\+.*$/, '').replace(/\./g, '');
  return local === '' ? normal(lower) : normal(`${local}@gmail.com`);
}

function unwrap(text: string): string {
  const angled = /<\s*([^<>\s]+@[^<>\s]+)\s*>\s*$/.exec(text);
  return (angled ? angled[1]! : text)
    .replace(/^mailto:/i, '')
    .replace(/\s*@\s*/g, '@')
    .trim();
}
