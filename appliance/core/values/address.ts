// Postal addresses taken apart, Chinese and Western, and the key two writings of one address are compared by. It reads
// what is written and invents nothing: a city does not tell its province here.

import { chineseParts } from './address-chinese.ts';
import { westernParts } from './address-western.ts';
import { type Normal, normal, refuse } from './normal.ts';
import { asText, comparisonText, normaliseText } from './text.ts';

/** Parts of a Chinese address are in simplified characters, of a Western one in lower case: they are for comparing and filtering. */
export type AddressParts = {
  readonly country?: string;
  readonly province?: string;
  readonly city?: string;
  readonly district?: string;
  /** 街道, 镇, 乡, or a Western suburb. */
  readonly town?: string;
  /** The road, street or estate with its name, without the number. */
  readonly street?: string;
  /** House number, with its lane in China: `弄12 5`. */
  readonly number?: string;
  /** Building, entrance, floor and room, or a flat. */
  readonly unit?: string;
  readonly postcode?: string;
  /** What none of the other parts took. */
  readonly rest?: string;
};
export type Address = AddressParts & {
  /** As shown: width and spaces normalised. */
  readonly full: string;
  /** Compares two writings of one address. */
  readonly key: string;
};

export const addressLimits = { length: 512 } as const;

/** @returns the address as shown */
export function normaliseAddress(raw: unknown): Normal<string> {
  const parsed = parseAddress(raw);
  return parsed.ok ? normal(parsed.value.full) : parsed;
}

/** @param raw text, or an object with Segment's `street, city, state, postalCode, country` */
export function parseAddress(raw: unknown): Normal<Address> {
  const given = typeof raw === 'object' && raw !== null ? fromObject(raw as Record<string, unknown>) : raw;
  const text = normaliseText(given);
  if (!text.ok) return refuse(`not an address: ${text.reason}`);
  if (text.value.length > addressLimits.length) return refuse(`not an address: longer than ${addressLimits.length} characters`);
  if (!/[\p{L}\p{N}]/u.test(text.value)) return refuse('not an address: no letters or digits');
  const han = /\p{Script=Han}/u.test(text.value);
  const parts = han ? chineseParts(text.value) : westernParts(text.value);
  return normal({ full: text.value, ...parts, key: keyOf(parts) });
}

function fromObject(address: Record<string, unknown>): unknown {
  const field = (name: string): string => (Object.hasOwn(address, name) ? (asText(address[name]) ?? '').slice(0, 256) : '');
  const [street, city, state, postcode, country] = ['street', 'city', 'state', 'postalCode', 'country'].map(field) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const han = /\p{Script=Han}/u.test(street + city + state);
  // Chinese addresses run from the large to the small, Western ones the other way.
  if (han) return `${country}${state}${city}${street}`;
  return [street, city, `${state} ${postcode}`.trim(), country].filter((part) => part !== '').join(', ');
}

const suffix = /(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|地区|省|市|盟)$/u;

function keyOf(parts: AddressParts): string {
  const { province, city, district, town, street, number, unit, rest, postcode } = parts;
  const region = [province, city].map((part) => part?.replace(suffix, ''));
  // 北京市北京市朝阳区 and 北京朝阳区 are one place.
  if (region[0] === region[1]) region.pop();
  const chosen = [...region, district, town, street, number, unit, rest, city === undefined ? postcode : undefined];
  return chosen
    .map((part) => comparisonText(part ?? '').replace(/[^\p{L}\p{N}]+/gu, ''))
    .filter((part) => part !== '')
    .join(' ');
}
