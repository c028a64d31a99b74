// Telephone numbers as E.164 (ITU-T E.164), by libphonenumber's tables. Chinese mobiles take a short path: they are most
// of what a node here sees, and new prefixes appear faster than tables are published.

import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { defaultRegion, type Normal, normal, type Region, refuse } from './normal.ts';
import { asText, cleanText } from './text.ts';

export type PhoneOptions = { readonly region?: Region };
/** `extension` is digits only. `mobile` is false where the plan does not say. */
export type Phone = { readonly e164: string; readonly extension?: string; readonly mobile: boolean };

const phoneLength = 64;
const chineseMobile = /^(?:\+86|0086|86)?0?(1[3-9]\d{9})$/;
const extensionTail = /(?:转|轉|分机|分機|内线|ext(?:ension)?\.?|x|#|;ext=|,)[\s:：.-]*(\d{1,8})\s*$/iu;
const dashedExtension = /^((?:\(0\d{2,3}\)|0\d{2,3})[\s-]*\d{3,4}[\s-]?\d{4})-(\d{1,6})$/;
const label = /^(?:tel(?:ephone)?|phone|mobile|mob|cell|手机(?:号码?)?|电话|固话)\s*[:：.]?\s*/i;

/** @returns the number as E.164 without its extension, or why it is not a telephone number */
export function normalisePhone(raw: unknown, options: PhoneOptions = {}): Normal<string> {
  const parsed = parsePhone(raw, options);
  return parsed.ok ? normal(parsed.value.e164) : parsed;
}

/** @param options.region whose national numbers are meant when no country code is written; default CN */
export function parsePhone(raw: unknown, options: PhoneOptions = {}): Normal<Phone> {
  const given = asText(raw);
  if (given === undefined) return refuse('not a phone number: not text');
  if (given.length > phoneLength) return refuse('not a phone number: too long');
  const region = (options.region ?? defaultRegion).toUpperCase();
  const text = cleanText(given)
    .normalize('NFKC')
    .replace(/\p{Pd}/gu, '-')
    .replace(/\.0+$/, '')
    .trim()
    .replace(label, '');
  const bare = text.replace(/[\s\-().·]/g, '');
  const mobile = chineseMobile.exec(bare);
  if (mobile && (region === 'CN' || bare.startsWith('+86') || bare.startsWith('0086'))) {
    return normal({ e164: `+86${mobile[1]}`, mobile: true });
  }
  if (!/\d{3}/.test(bare)) return refuse('not a phone number: too few digits');
  const [body, extension] = splitExtension(text, region);
  return lookUp(body, extension, region);
}

function splitExtension(text: string, region: Region): [string, string | undefined] {
  const tail = extensionTail.exec(text);
  if (tail) return [text.slice(0, tail.index), tail[1]];
  const dashed = region === 'CN' ? dashedExtension.exec(text.replace(/\s+/g, '')) : null;
  return dashed ? [dashed[1]!, dashed[2]] : [text, undefined];
}

function lookUp(body: string, extension: string | undefined, region: Region): Normal<Phone> {
  if (!isSupportedCountry(region)) return refuse('not a phone number: unknown default region');
  // 00 is the international prefix nearly everywhere; the library only knows it for regions that use it.
  const international = body.replace(/^\s*00(?=[1-9])/, '+');
  const parsed = parsePhoneNumberFromString(international, region as CountryCode);
  if (!parsed?.isPossible()) return refuse('not a phone number: wrong length or shape');
  if (!parsed.isValid()) return refuse('not a phone number: no such number range');
  const type = parsed.getType();
  const inner = extension ?? parsed.ext;
  return normal({ e164: parsed.number, ...(inner ? { extension: inner } : {}), mobile: type === 'MOBILE' });
}
