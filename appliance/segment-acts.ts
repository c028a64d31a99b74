// Giving the members of a segment to somebody outside, as an act for two people: an approved one is a grant, for whoever proposed it, for this
// segment, purpose and channel, for a day.

import type { Approvals } from './core/access/approvals.ts';
import { classOfField, type DataClass } from './core/access/classes.ts';
import type { Tokens } from './core/access/stand-ins.ts';
import { Fault, type Words } from './core/errors.ts';
import type { Act } from './core/model/act.ts';
import type { Json } from './core/model/event.ts';
import type { Principal } from './core/model/principal.ts';

export const exportingSegment = 'segment.export';
const grantMs = 86_400_000;

export type SegmentExport = { segment: number; purpose: string; channel?: string };

/** What whoever decides reads in place of numbers and names of the configuration. */
type Named = {
  segments: { get(segment: number): Promise<{ name: string; label?: Words }> };
  consent: { table: { purposes: ReadonlyMap<string, { name: Words }> } };
};

/** Ways that everybody knows, as the console calls them; others are called as they are declared. */
export const channelNames: { readonly [channel: string]: Words } = {
  email: { en: 'e-mail', zh: '电子邮件' },
  sms: { en: 'text message', zh: '短信' },
  phone: { en: 'telephone', zh: '电话' },
  push: { en: 'push message', zh: '推送' },
  wechat: { en: 'WeChat', zh: '微信' },
  post: { en: 'post', zh: '邮寄' },
};
const channelName = (channel: string): Words =>
  Object.hasOwn(channelNames, channel) ? channelNames[channel]! : { en: channel, zh: channel };

/** @param named the open node; throws `sealed` while there is none */
export function segmentExportAct(named: () => Named, nowMs: () => number): Act<SegmentExport> {
  return {
    kind: exportingSegment,
    name: { en: 'export the members of a segment', zh: '导出人群成员' },
    read(payload) {
      const { segment, purpose, channel } = (payload ?? {}) as { [name: string]: unknown };
      if (!Number.isSafeInteger(segment)) throw new Fault('bad_request', 'payload.segment: its number');
      if (typeof purpose !== 'string') throw new Fault('bad_request', 'payload.purpose: such as marketing');
      if (channel !== undefined && typeof channel !== 'string') throw new Fault('bad_request', 'payload.channel: such as email');
      return { segment: segment as number, purpose, ...(channel !== undefined && { channel }) };
    },
    async describe({ segment, purpose, channel }) {
      const { segments, consent } = named();
      const of = await labelOf(segments, segment);
      const to = consent.table.purposes.get(purpose)?.name ?? { en: purpose, zh: purpose };
      const by = channel === undefined ? undefined : channelName(channel);
      return {
        en: `the members of “${of.en}” for ${to.en}${by ? ` by ${by.en}` : ''}, within a day`,
        zh: `在一天内导出人群“${of.zh}”的成员，用途：${to.zh}${by ? `，渠道：${by.zh}` : ''}`,
      };
    },
    run: async (wanted) => ({ ...wanted, untilMs: nowMs() + grantMs }),
    repeatable: true,
  };
}

/** By its label, or its own name in both languages; one that is gone by its number. */
async function labelOf(segments: Named['segments'], id: number): Promise<Words> {
  try {
    const { name, label } = await segments.get(id);
    return label ?? { en: name, zh: name };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'not_found') throw error;
    return { en: `segment ${id}`, zh: `人群 ${id}` };
  }
}

/** Whether somebody may fetch it now, since another approved it. */
export async function isSegmentGranted(
  approvals: Approvals,
  { actor }: Principal,
  wanted: SegmentExport,
  nowMs: number,
): Promise<boolean> {
  for (let before: number | undefined; ; ) {
    const page = await approvals.list({ state: 'done', ...(before !== undefined && { before }) });
    for (const { kind, proposedBy, result } of page) {
      if (kind !== exportingSegment || proposedBy !== actor) continue;
      const grant = result as (SegmentExport & { untilMs: number }) | undefined;
      if (!grant || grant.untilMs <= nowMs || grant.segment !== wanted.segment || grant.purpose !== wanted.purpose) continue;
      if (grant.channel === wanted.channel) return true;
    }
    const last = page.at(-1);
    // A proposal waits a week at most.
    if (!last || last.proposedAtMs < nowMs - 8 * grantMs) return false;
    before = last.id;
  }
}

const tokenised: ReadonlySet<DataClass> = new Set(['phone', 'national-id', 'bank-card']);

/** The token that stands for a trait's value in an export; undefined for what has none. */
export function exportToken(tokens: Tokens, purpose: string, trait: string, value: Json): string | undefined {
  const dataClass = classOfField(trait);
  if (typeof value !== 'string' || !tokenised.has(dataClass)) return undefined;
  try {
    return tokens.tokenOf(purpose, dataClass, value);
  } catch (error) {
    // Too short for one: it is shown as the caller may see it.
    if (error instanceof Fault && error.code === 'bad_request') return undefined;
    throw error;
  }
}
