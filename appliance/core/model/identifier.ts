// What tells customers apart: the kinds of identifier, the policy of each (what it proves, how far it may join people,
// which values are placeholders), and which identifiers an event carries.

import { normaliseEmail } from '../values/email.ts';
import { normaliseNationalId } from '../values/national-id.ts';
import { type Normal, normal, type Region, refuse } from '../values/normal.ts';
import { normalisePhone } from '../values/phone.ts';
import { asText, cleanText, comparisonText } from '../values/text.ts';
import { type Event, eventLimits, type Json, type JsonObject } from './event.ts';
import { isMadeUpPhone, placeholdersOf } from './placeholders.ts';

export const standardKinds = [
  'user_id',
  'anonymous_id',
  'phone',
  'email',
  'device',
  'open_id',
  'union_id',
  'cookie',
  'national_id',
  'loyalty_card',
] as const;
export type StandardKind = (typeof standardKinds)[number];
/** A kind an organisation registers for itself, such as `custom:meter_number`. */
export type CustomKind = `custom:${string}`;
export type IdentifierKind = StandardKind | CustomKind;

export type IdentifierPolicy = {
  readonly kind: IdentifierKind;
  /** Unique to a person: two records with different values of it in one namespace are different people. */
  readonly unique: boolean;
  /** Whether records with the same value are joined into one person. */
  readonly joins: boolean;
  /** How many known people of one source one value may join before it stops joining. */
  readonly maxPeople: number;
  /** Each source is a namespace of its own: the same value in two sources says nothing. */
  readonly perSource: boolean;
  /** A value shared by several people says that they live or act together. */
  readonly household: boolean;
  /** Placeholder values, in the form `isBlocked` compares: lower case, simplified characters, half-width. */
  readonly blocked: readonly string[];
};

export type Identifier = { readonly kind: IdentifierKind; readonly value: string };
export type IdentifierKinds = ReadonlyMap<IdentifierKind, IdentifierPolicy>;

export const identifierLimits = { perEvent: 64, customKinds: 32, arrayValues: 16, externalIds: 32 } as const;

const policy = (kind: StandardKind, rest: Partial<Omit<IdentifierPolicy, 'kind'>>): IdentifierPolicy => ({
  kind,
  unique: false,
  joins: true,
  maxPeople: 1,
  perSource: false,
  household: false,
  blocked: placeholdersOf(kind),
  ...rest,
});

/**
 * What each kind means until an organisation says otherwise. A phone or an address used by two known customers of one
 * source is a family's or a shop assistant's: it stops joining and becomes a household link.
 */
export const defaultPolicies: Readonly<Record<StandardKind, IdentifierPolicy>> = {
  user_id: policy('user_id', { unique: true, perSource: true }),
  anonymous_id: policy('anonymous_id', { perSource: true }),
  phone: policy('phone', { household: true }),
  email: policy('email', {}),
  device: policy('device', { household: true }),
  open_id: policy('open_id', { perSource: true }),
  union_id: policy('union_id', { unique: true }),
  cookie: policy('cookie', { household: true }),
  national_id: policy('national_id', { unique: true, maxPeople: 2 }),
  loyalty_card: policy('loyalty_card', { household: true }),
};

const customName = /^[a-z][a-z0-9_]{0,63}$/;

/** The standard policies with an organisation's own kinds and changes laid over them. @throws {TypeError} on a misspelt one */
export function identifierKinds(changes: readonly IdentifierPolicy[] = []): IdentifierKinds {
  const kinds = new Map<IdentifierKind, IdentifierPolicy>(standardKinds.map((kind) => [kind, defaultPolicies[kind]]));
  for (const change of changes) {
    const known = kinds.has(change.kind);
    if (!known && !(change.kind.startsWith('custom:') && customName.test(change.kind.slice(7)))) {
      throw new TypeError(`identifier kind: expected a standard one or "custom:name", got "${change.kind}"`);
    }
    if (!Number.isSafeInteger(change.maxPeople) || change.maxPeople < 1) {
      throw new TypeError(`maxPeople of ${change.kind}: expected a whole number from 1, got ${change.maxPeople}`);
    }
    kinds.set(change.kind, change);
  }
  if (kinds.size > standardKinds.length + identifierLimits.customKinds) {
    throw new TypeError(`identifier kinds: expected at most ${identifierLimits.customKinds} custom ones`);
  }
  return kinds;
}

export const standardIdentifierKinds: IdentifierKinds = identifierKinds();

/**
 * The form an identifier is indexed and compared in. Phones become E.164, emails lower case, identity numbers 18
 * characters; opaque ids are only cleaned of invisible characters and outer spaces, their case kept.
 */
export function normaliseIdentifier(kind: IdentifierKind, raw: unknown, options: { region?: Region } = {}): Normal<string> {
  switch (kind) {
    case 'phone':
      return normalisePhone(raw, options);
    case 'email': {
      const address = normaliseEmail(raw);
      return address.ok ? normal(address.value.toLowerCase()) : address;
    }
    case 'national_id':
      return normaliseNationalId(raw);
    case 'loyalty_card': {
      const card = opaque(raw);
      return card.ok
        ? opaque(
            card.value
              .normalize('NFKC')
              .replace(/[\s-]+/g, '')
              .toUpperCase()
              // A capital may come in parts (of ΰ, three), which belong together again.
              .normalize('NFKC'),
          )
        : card;
    }
    default:
      return opaque(raw);
  }
}

function opaque(raw: unknown): Normal<string> {
  const given = typeof raw === 'boolean' ? undefined : asText(raw);
  if (given === undefined) return refuse('not an identifier: not text');
  if (given.length > eventLimits.idLength * 4) return refuse('not an identifier: too long');
  const value = cleanText(given).trim();
  if (value === '') return refuse('not an identifier: empty');
  return value.length > eventLimits.idLength ? refuse('not an identifier: longer than 512 characters') : normal(value);
}

const blockedSets = new WeakMap<IdentifierPolicy, ReadonlySet<string>>();

/** Whether a value is a placeholder that many people share. @param value raw or normalised */
export function isBlocked(of: IdentifierPolicy, value: string): boolean {
  let set = blockedSets.get(of);
  if (!set) {
    set = new Set(of.blocked.map(comparisonText));
    blockedSets.set(of, set);
  }
  const plain = comparisonText(value);
  if (set.has(plain)) return true;
  if (of.kind !== 'phone') return false;
  const national = plain.replace(/^\+86/, '');
  return set.has(national) || set.has(`+86${plain}`) || isMadeUpPhone(national);
}

/** Trait names (lower case, without `_`, `-` and spaces) that carry an identifier. */
const traitKinds = new Map<string, StandardKind>([
  ...['email', 'mail', 'emailaddress'].map((name) => [name, 'email'] as const),
  ...['phone', 'mobile', 'mobilephone', 'telephone', 'tel', 'cell', 'cellphone', 'phonenumber'].map(
    (name) => [name, 'phone'] as const,
  ),
  ...['unionid', 'wechatunionid', 'wxunionid'].map((name) => [name, 'union_id'] as const),
  ...['openid', 'wechatopenid', 'wxopenid'].map((name) => [name, 'open_id'] as const),
  ...['nationalid', 'idcard', 'idcardno', 'idcardnumber'].map((name) => [name, 'national_id'] as const),
  ...['loyaltycard', 'loyaltycardnumber', 'membercard', 'membercardno'].map((name) => [name, 'loyalty_card'] as const),
  ...['deviceid'].map((name) => [name, 'device'] as const),
]);

/** Segment's `externalIds` types that are a standard kind under another name. */
const externalTypes = new Map<string, StandardKind>([
  ...standardKinds.map((kind) => [kind, kind] as const),
  ...['android.id', 'android.idfa', 'ios.id', 'ios.idfa', 'device_id', 'oaid', 'imei', 'idfa', 'idfv', 'gaid'].map(
    (t) => [t, 'device'] as const,
  ),
  ...['ga_client_id', 'cross_domain_id', 'cookie_id'].map((t) => [t, 'cookie'] as const),
  ['mobile', 'phone'],
]);

export type IdentifierOptions = { readonly region?: Region; readonly kinds?: IdentifierKinds };

/**
 * The identifiers an event carries, normalised, each once, at most `identifierLimits.perEvent`: userId, anonymousId, the
 * customer's traits, context.traits, context.device, context.externalIds. Values that do not normalise and placeholders
 * are left out. Properties carry none (a dictionary moves what does into traits), nor do a group's traits. An alias's
 * previousId is not listed: only the resolver knows which kind it was.
 */
export function identifiersOf(event: Event, options: IdentifierOptions = {}): Identifier[] {
  const kinds = options.kinds ?? standardIdentifierKinds;
  const found: Identifier[] = [];
  const add = (kind: IdentifierKind, raw: unknown): void => {
    const policyOfKind = kinds.get(kind);
    if (!policyOfKind || found.length >= identifierLimits.perEvent) return;
    if (typeof raw === 'string' && isBlocked(policyOfKind, raw)) return;
    const value = normaliseIdentifier(kind, raw, options);
    if (!value.ok || isBlocked(policyOfKind, value.value)) return;
    if (!found.some((known) => known.kind === kind && known.value === value.value)) found.push({ kind, value: value.value });
  };
  if (event.userId !== undefined) add('user_id', event.userId);
  if (event.anonymousId !== undefined) add('anonymous_id', event.anonymousId);
  if (event.kind === 'identify' && event.traits) addTraits(event.traits, kinds, add);
  const context = event.context;
  if (!context) return found;
  const contextTraits = objectOf(context.traits);
  if (contextTraits && event.kind !== 'group') addTraits(contextTraits, kinds, add);
  const device = objectOf(context.device);
  if (device) {
    add('device', device.id);
    add('device', device.advertisingId);
  }
  addExternal(context.externalIds ?? context.externalId, kinds, add);
  return found;
}

function addTraits(traits: JsonObject, kinds: IdentifierKinds, add: (kind: IdentifierKind, raw: unknown) => void): void {
  for (const name of Object.keys(traits)) {
    if (name.length > 64) continue;
    const plain = name.toLowerCase().replace(/[_\-\s]/g, '');
    const kind = traitKinds.get(plain) ?? customKind(name, kinds);
    if (!kind) continue;
    const value = traits[name];
    if (Array.isArray(value)) for (const one of value.slice(0, identifierLimits.arrayValues)) add(kind, one);
    else add(kind, value);
  }
}

function addExternal(value: Json | undefined, kinds: IdentifierKinds, add: (kind: IdentifierKind, raw: unknown) => void): void {
  if (value === undefined) return;
  const entries = Array.isArray(value) ? value.slice(0, identifierLimits.externalIds) : [value];
  for (const entry of entries) {
    const external = objectOf(entry);
    if (!external || typeof external.type !== 'string' || external.type.length > 64) continue;
    // A hashed value says nothing next to plain ones; Segment writes `none` for plain.
    if (external.encoding !== undefined && external.encoding !== null && external.encoding !== 'none') continue;
    if (external.collection !== undefined && external.collection !== null && external.collection !== 'users') continue;
    const kind = externalTypes.get(external.type) ?? customKind(external.type, kinds);
    if (kind) add(kind, external.id);
  }
}

function customKind(name: string, kinds: IdentifierKinds): IdentifierKind | undefined {
  const kind: CustomKind = `custom:${name}`;
  return kinds.has(kind) ? kind : undefined;
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
