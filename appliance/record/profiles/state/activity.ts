// What a customer did, by the name of the event: how often, when first, and the latest times; and through which channels and devices. From
// this rules and features are answered without reading the timeline. Times are texts of one length, so that they sort and cost little.

import type { Event, Json } from '../../../core/model/event.ts';
import { asText, dictionary, keepLeast } from './stamp.ts';

/** Names of events kept of one record, times kept of each (the latest; `count` counts all), and channels or devices. */
export const activityLimits = { names: 200, times: 100, seen: 12 } as const;

/** `times` as texts one after the other, the earliest first. */
export type Did = { count: number; firstAtMs: number; times: string };
export type SeenKind = 'channel' | 'device';
/** `seen` holds the latest time of each. */
export type ActivityState = { did: { [name: string]: Did }; seen: { [kind in SeenKind]: { [value: string]: number } } };

/** Digits of a time: milliseconds in base 36, until the year 2059. */
const timeLength = 8;
const lastMs = 36 ** timeLength - 1;

export const activity = {
  empty: (): ActivityState => ({ did: dictionary(), seen: { channel: dictionary(), device: dictionary() } }),

  fold(state: ActivityState, event: Event): void {
    const name = activityName(event);
    const { occurredAtMs: atMs } = event;
    const mine = state.did[name];
    if (mine) {
      mine.count += 1;
      if (atMs < mine.firstAtMs) mine.firstAtMs = atMs;
      mine.times = insertTime(mine.times, timeText(atMs));
    } else {
      state.did[name] = { count: 1, firstAtMs: atMs, times: timeText(atMs) };
      keepLeast(state.did, activityLimits.names);
    }
    const channel = channelOf(event);
    if (channel !== undefined) see(state.seen.channel, channel, atMs);
    const device = event.context && deviceOf(event.context);
    if (device !== undefined) see(state.seen.device, device, atMs);
  },

  combine(left: ActivityState, right: ActivityState): ActivityState {
    const did = dictionary(left.did);
    for (const [name, theirs] of Object.entries(right.did)) {
      const mine = did[name];
      did[name] = mine
        ? {
            count: mine.count + theirs.count,
            firstAtMs: Math.min(mine.firstAtMs, theirs.firstAtMs),
            times: mergeTimes(mine.times, theirs.times),
          }
        : theirs;
    }
    keepLeast(did, activityLimits.names);
    const seen = { channel: dictionary(left.seen.channel), device: dictionary(left.seen.device) };
    for (const kind of ['channel', 'device'] as const)
      for (const [value, atMs] of Object.entries(right.seen[kind])) see(seen[kind], value, atMs);
    return { did, seen };
  },
};

/** A track event's own name; else its kind: `page`, `screen`, `identify`. */
export function activityName({ kind, name }: Pick<Event, 'kind' | 'name'>): string {
  return kind === 'track' ? (name ?? kind) : kind;
}

/** What happens to a customer rather than what they do. */
const passive =
  /^(identify|group|alias|Order (Delivered|Shipped|Refunded|Updated)|Ticket (Resolved|Closed|Updated|Replied)|Card Issued|Loan (Approved|Declined)|Consent .*|.* (Sent|Delivered|Received|Bounced|Failed))$/;
const known = new Map<string, boolean>();
const knownNames = 10_000;

/** Whether a customer does it themselves: only then are they active. */
export function isDoing(name: string): boolean {
  let doing = known.get(name);
  if (doing === undefined) {
    doing = !passive.test(name);
    if (known.size >= knownNames) known.clear();
    known.set(name, doing);
  }
  return doing;
}

/** The times kept, the earliest first. */
export function timesOf({ times }: Did): number[] {
  const all: number[] = [];
  for (let at = 0; at < times.length; at += timeLength) all.push(Number.parseInt(times.slice(at, at + timeLength), 36));
  return all;
}

export function seenOf(state: ActivityState, kind: SeenKind): string[] {
  return Object.keys(state.seen[kind]).sort();
}

function timeText(atMs: number): string {
  return Math.min(lastMs, Math.max(0, Math.round(atMs)))
    .toString(36)
    .padStart(timeLength, '0');
}

/** Most come in the order in which they happened; for others the place is halved down to, as a busy customer has many. */
function insertTime(times: string, time: string): string {
  const count = times.length / timeLength;
  const isFull = count === activityLimits.times;
  if (!isLater(times, count - 1, time)) return (isFull ? times.slice(timeLength) : times) + time;
  let low = 0;
  for (let high = count - 1; low < high; ) {
    const middle = (low + high) >>> 1;
    if (isLater(times, middle, time)) high = middle;
    else low = middle + 1;
  }
  // Before all that are kept of as many as there may be: it would be the first to go.
  if (low === 0 && isFull) return times;
  const at = low * timeLength;
  return times.slice(isFull ? timeLength : 0, at) + time + times.slice(at);
}

/** Whether the time at a place comes after this one. Digit by digit: to cut each out would make a text for each look. */
function isLater(times: string, place: number, time: string): boolean {
  const at = place * timeLength;
  for (let digit = 0; digit < timeLength; digit += 1) {
    const difference = times.charCodeAt(at + digit) - time.charCodeAt(digit);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function mergeTimes(left: string, right: string): string {
  let merged = '';
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const a = left.slice(l, l + timeLength);
    const b = right.slice(r, r + timeLength);
    const fromLeft = a <= b;
    merged += fromLeft ? a : b;
    if (fromLeft) l += timeLength;
    else r += timeLength;
  }
  return latest(merged + left.slice(l) + right.slice(r));
}

const latest = (times: string) => times.slice(Math.max(0, times.length - activityLimits.times * timeLength));

function see(seen: { [value: string]: number }, value: string, atMs: number): void {
  const known = seen[value];
  if (known === undefined || known < atMs) seen[value] = atMs;
  if (known === undefined) keepLeast(seen, activityLimits.seen);
}

/** As the event says it, or as its kind does. */
function channelOf({ kind, name, properties, context }: Event): string | undefined {
  const said = asText(properties?.channel) ?? asText(context?.channel);
  if (said !== undefined) return said.slice(0, 50);
  if (kind === 'page') return 'web';
  if (kind === 'screen') return 'app';
  return name === undefined ? undefined : messageChannels.get(name.slice(0, name.indexOf(' ')));
}

const messageChannels = new Map([
  ['Email', 'email'],
  ['SMS', 'sms'],
  ['Push', 'push'],
  ['WeChat', 'wechat'],
]);

function deviceOf(context: { [key: string]: Json }): string | undefined {
  const { device, userAgent } = context;
  if (typeof device === 'object' && device !== null && !Array.isArray(device)) {
    const type = asText(device.type);
    if (type !== undefined) return type.slice(0, 50).toLowerCase();
  }
  if (typeof userAgent !== 'string' || userAgent === '') return undefined;
  const known = deviceOfAgent.get(userAgent);
  if (known !== undefined) return known;
  const told = agentDevice(userAgent);
  if (deviceOfAgent.size >= agentsKept) deviceOfAgent.clear();
  if (userAgent.length <= longestAgentKept) deviceOfAgent.set(userAgent, told);
  return told;
}

/** Browsers come again with every click. */
const deviceOfAgent = new Map<string, string>();
const agentsKept = 2_000;
const longestAgentKept = 300;

function agentDevice(userAgent: string): string {
  if (/iPhone|iPad/.test(userAgent)) return 'ios';
  if (userAgent.includes('Android')) return 'android';
  return userAgent.includes('Mobile') ? 'mobile' : 'desktop';
}
