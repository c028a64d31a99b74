// Erasing a customer and giving out everything about one, as acts for two people. An approved export is a grant: who proposed it may fetch the
// package for a day. What an approval keeps holds no value of a customer.

import type { Approvals } from './core/access/approvals.ts';
import { Fault } from './core/errors.ts';
import type { Act } from './core/model/act.ts';
import type { Json } from './core/model/event.ts';
import type { Principal } from './core/model/principal.ts';
import type { Subjects } from './oversee/subjects/subjects.ts';
import { parsePersonId } from './record/profiles/profiles.ts';

export const erasing = 'subject.erase';
export const exporting = 'subject.export';
/** How long an approved export may be fetched. */
const grantMs = 86_400_000;

type Erasing = { person: string; request?: number };
type Exporting = { person: string };

/** @param subjects throws `sealed` while there are none */
export function erasureAct(subjects: () => Subjects): Act<Erasing> {
  return {
    kind: erasing,
    name: { en: 'erase a customer', zh: '删除客户' },
    read(payload) {
      const { request } = (payload ?? {}) as { request?: unknown };
      if (request !== undefined && !Number.isSafeInteger(request)) throw new Fault('bad_request', 'payload.request: its number');
      return { person: personOf(payload), ...(request !== undefined && { request: request as number }) };
    },
    describe: ({ person, request }) => ({
      en: `erase ${person} for good${request === undefined ? '' : `, as request ${request} asks`}`,
      zh: `永久删除 ${person}${request === undefined ? '' : `（依据请求 ${request}）`}`,
    }),
    async run({ person, request }, { proposedBy }): Promise<Json> {
      if (request !== undefined) {
        const asked = await subjects().requests.get(request);
        if (asked.kind !== 'erasure' || asked.person !== person)
          throw new Fault('conflict', 'payload.request: one that asks to erase this very person');
        const { state } = await subjects().requests.complete(request, {}, proposedBy);
        return { request, state };
      }
      const { erasure, state } = await subjects().eraseSubject(parsePersonId(person)!, { actor: proposedBy, reason: 'request' });
      return { erasure, state };
    },
  };
}

export function exportAct(nowMs: () => number): Act<Exporting> {
  return {
    kind: exporting,
    name: { en: 'give out everything about a customer', zh: '导出客户全部数据' },
    read: (payload) => ({ person: personOf(payload) }),
    describe: ({ person }) => ({
      en: `the package of everything about ${person}, to be fetched within a day by who proposed it`,
      zh: `导出 ${person} 的全部数据，由申请人在一天内取得`,
    }),
    run: async ({ person }) => ({ person, untilMs: nowMs() + grantMs }),
    repeatable: true,
  };
}

function personOf(payload: unknown): string {
  const { person } = (payload ?? {}) as { person?: unknown };
  if (typeof person !== 'string' || parsePersonId(person) === undefined)
    throw new Fault('bad_request', 'payload.person: such as p42');
  return person;
}

/** Whether somebody may fetch a person's package now: alone, or since another approved it. */
export async function isExportGranted(
  approvals: Approvals,
  { actor }: Principal,
  person: number,
  nowMs: number,
): Promise<boolean> {
  let before: number | undefined;
  for (;;) {
    const page = await approvals.list({ state: 'done', ...(before !== undefined && { before }) });
    for (const { kind, proposedBy, result, endedAtMs = 0 } of page) {
      if (endedAtMs < nowMs - grantMs) continue;
      const grant = result as { person?: string; untilMs?: number } | undefined;
      if (kind !== exporting || proposedBy !== actor || (grant?.untilMs ?? 0) <= nowMs) continue;
      if (parsePersonId(grant?.person ?? '') === person) return true;
    }
    const last = page.at(-1);
    if (!last || last.proposedAtMs < nowMs - 2 * 7 * grantMs) return false;
    before = last.id;
  }
}

export function retentionAct(subjects: () => Subjects): Act<Record<string, never>> {
  return {
    kind: 'retention.run',
    name: { en: 'run the rules of retention', zh: '执行保留期规则' },
    read: () => ({}),
    describe: () => ({ en: 'delete what is kept longer than the rules say', zh: '删除超过保留期的数据' }),
    // Of its approval, so that one which a kill cut short is gone on with and not begun anew.
    run: async (_payload, { proposedBy, approvalId }) =>
      (await subjects().retention.run(proposedBy, approvalId)) as unknown as Json,
    repeatable: true,
  };
}
