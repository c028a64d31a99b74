// Giving the members of a segment to somebody outside, as an act for two people: an approved one is a grant, for whoever proposed it, for this
// segment, purpose and channel, for a day.

import type { Approvals } from './core/access/approvals.ts';
import { classOfField, type DataClass } from './core/access/classes.ts';
import type { Tokens } from './core/access/stand-ins.ts';
import { Fault } from './core/errors.ts';
import type { Act } from './core/model/act.ts';
import type { Json } from './core/model/event.ts';
import type { Principal } from './core/model/principal.ts';

export const exportingSegment = 'segment.export';
const grantMs = 86_400_000;

export type SegmentExport = { segment: number; purpose: string; channel?: string };

/** @param nameOf of the segment, for whoever decides */
export function segmentExportAct(nameOf: (segment: number) => string, nowMs: () => number): Act<SegmentExport> {
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
    describe: ({ segment, purpose, channel }) => ({
      en: `the members of ${nameOf(segment)} (segment ${segment}) for ${purpose}${channel === undefined ? '' : ` by ${channel}`}, within a day`,
      zh: `在一天内导出人群 ${nameOf(segment)}（编号 ${segment}）的成员，用途 ${purpose}${channel === undefined ? '' : `，渠道 ${channel}`}`,
    }),
    run: async (wanted) => ({ ...wanted, untilMs: nowMs() + grantMs }),
    repeatable: true,
  };
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
