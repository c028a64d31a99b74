// The browsers and phones through which people reach the shop, and what their tracking sends along. A browser has a cookie that
// can be cleared, a phone a device id that stays; the family's tablet is one device for all.

import type { JsonObject } from '../../core/model/event.ts';
import type { Person } from '../people.ts';
import { type Rng, seeded, uuidFrom } from '../random.ts';

export type Device = {
  readonly path: 'web' | 'app';
  /** Changes when cookies are cleared. */
  anonymousId: string;
  readonly deviceId?: string;
  readonly model: number;
  readonly ip: string;
  readonly shared: boolean;
  /** Visits before the owner signs in on it for the first time. */
  visitsBeforeLogin: number;
  /** Some devices their owner never signs in on. */
  readonly neverLogsIn: boolean;
  signedInAs: string | undefined;
};

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (Linux; Android 15; V2408A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0',
];
const phones = [
  ['Huawei', 'Mate 60', 'Android'],
  ['Xiaomi', '15', 'Android'],
  ['Apple', 'iPhone 16', 'iOS'],
  ['vivo', 'X200', 'Android'],
  ['OPPO', 'Find X8', 'Android'],
] as const;

export const deviceRates = {
  neverLogsIn: 0.08,
  /** Per session on the web. */
  cookieCleared: 0.04,
  /** Of the sessions of somebody whose home has a tablet. */
  onTablet: 0.25,
} as const;

/** 100.64.0.0/10 (RFC 6598): shared address space, which is nobody's on the public network. */
export function drawIp(rng: Rng): string {
  return `100.${rng.between(64, 127)}.${rng.below(256)}.${rng.between(1, 254)}`;
}

export function devicesOf(seed: number, rng: Rng, person: Person): Device[] {
  const count = 1 + (rng.chance(0.45) ? 1 : 0) + (rng.chance(0.12) ? 1 : 0);
  // One address for the whole home: members share it.
  const home = drawIp(seeded(seed, 'address', person.household.id));
  return Array.from({ length: count }, (_, index): Device => {
    const path = rng.chance(person.birth.year > 1975 ? 0.55 : 0.35) ? 'app' : 'web';
    return {
      path,
      anonymousId: uuidFrom(rng),
      ...(path === 'app' && { deviceId: `dev-${rng.hex(16)}` }),
      model: rng.below(5),
      ip: path === 'web' ? home : drawIp(rng),
      shared: false,
      visitsBeforeLogin: rng.poisson(0.8),
      neverLogsIn: index > 0 && rng.chance(deviceRates.neverLogsIn * 2),
      signedInAs: undefined,
    };
  });
}

export function tabletOf(rng: Rng, tablet: { anonymousId: string; deviceId: string }): Device {
  return {
    path: 'app',
    ...tablet,
    model: 2,
    ip: drawIp(rng),
    shared: true,
    visitsBeforeLogin: 0,
    neverLogsIn: false,
    signedInAs: undefined,
  };
}

/** What the libraries send in `context`; the page's own fields only with pages. */
export function contextOf(device: Device, page?: { path: string; title: string; campaign?: string | undefined }): JsonObject {
  const context: JsonObject = { ip: device.ip };
  if (device.path === 'web') {
    context.library = { name: 'analytics.js', version: '4.1.0' };
    context.userAgent = browsers[device.model]!;
    if (page) context.page = { path: page.path, title: page.title, url: `https://shop.morninglight.example${page.path}` };
  } else {
    const [manufacturer, model, os] = phones[device.model]!;
    context.library = { name: os === 'iOS' ? 'analytics-swift' : 'analytics-kotlin', version: '1.9.2' };
    context.app = { name: 'Morninglight', version: '6.2.1' };
    context.device = { id: device.deviceId ?? '', type: os.toLowerCase(), manufacturer, model };
    context.os = { name: os };
  }
  if (page?.campaign) context.campaign = { name: page.campaign, source: 'newsletter', medium: 'email' };
  return context;
}
