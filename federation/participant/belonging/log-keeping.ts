// How this node's copy of the membership log goes on: what the coordinator shows is held to it and adopted, and what this member says is
// written down first, then appended, then taken over. A log with another past or a shorter one is never adopted: it is told, and kept.

import { keyFrom } from '../../../crypto/keys.ts';
import { publicKeyOf } from '../../../crypto/signing.ts';
import { fingerprintOf } from '../../protocol/identity.ts';
import { adoptLog, type Membership } from '../../protocol/membership.ts';
import { toBase64 } from '../../protocol/signed.ts';
import { type Act, nextStatement, readStatement, type SignedStatement, statementHash } from '../../protocol/statements.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { BelongingEvent, Events } from './events.ts';
import type { Held } from './held.ts';
import { belongingLimits, collections, type KeptKeys, rowKey } from './kept.ts';

/** Fetches what the coordinator has, adopts it, and says again what was said and does not stand there. Without a coordinator it does nothing. */
export async function syncLog(held: Held, events: Events): Promise<void> {
  if (held.coordinator === undefined) return;
  try {
    await fetchLog(held, events);
  } catch (error) {
    // Whoever has left is shown nothing any more, also when it does not know yet that it has left.
    if (!leftAlready(held, error)) throw error;
  }
  if (held.kept.pending) await settlePending(held, events);
}

function leftAlready({ kept: { pending }, member }: Held, error: unknown): boolean {
  const act = pending?.statement.statement.act;
  const refused = error instanceof ProtocolFault && (error.code === 'member_ended' || error.code === 'certificate_revoked');
  return refused && act?.kind === 'remove' && act.member === member;
}

/** What is to be said: made once the log is at its end, and known again when a kill came between. */
export type Saying = {
  make(): Act;
  /** Is what was begun before this very thing? Then it is not said twice. */
  begun(act: Act): boolean;
  /** That the member goes by from then on. */
  readonly keys?: KeptKeys;
};

/**
 * Says something in the log. Without a coordinator it stands at once, with one when the coordinator has it.
 * @throws {ProtocolFault} what foldMembership throws  @throws {Unreachable} what was begun is said once the coordinator answers
 */
export async function say(held: Held, { make, begun, keys }: Saying, events: Events): Promise<void> {
  const before = held.kept.pending?.statement.statement.act;
  await syncLog(held, events);
  if (before && begun(before)) return;
  const statement = follow(held, make());
  const { statements } = held.log;
  // What does not follow is refused here, and leaves no trace.
  adoptLog(held.membership, [...statements, statement]);
  if (held.coordinator === undefined) {
    await takeOver(held, [...statements, statement], events, keys);
    return;
  }
  await held.save({ pending: { statement, keys } });
  await settlePending(held, events);
}

function follow(held: Held, act: Act): SignedStatement {
  const { federation, member, membership, nowMs } = held;
  return nextStatement(held.signingKey(), federation, member, membership, act, nowMs);
}

/** Codes that say that another statement came first. */
const overtaken: ReadonlySet<string> = new Set(['log_forked', 'log_gap', 'log_replayed', 'log_time']);

async function settlePending(held: Held, events: Events): Promise<void> {
  for (let tries = 1; held.kept.pending !== undefined; tries += 1) {
    try {
      await appendPending(held, events);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      if (overtaken.has(error.code) && tries < belongingLimits.tries) await fetchLog(held, events);
      else {
        await held.save({ pending: undefined });
        throw error;
      }
    }
  }
}

async function appendPending(held: Held, events: Events): Promise<void> {
  const pending = held.kept.pending!;
  const { statements, membership } = held.log;
  let { statement } = pending;
  if (statement.statement.seq !== membership.size || statement.statement.previous !== membership.head) {
    statement = follow(held, statement.statement.act);
    adoptLog(membership, [...statements, statement]);
    await held.save({ pending: { ...pending, statement } });
  }
  try {
    await held.api().append(statement);
  } catch (error) {
    if (!leftAlready(held, error)) throw error;
  }
  await takeOver(held, [...statements, statement], events, pending.keys);
}

async function fetchLog(held: Held, events: Events): Promise<void> {
  const api = held.api();
  const { size, head } = held.membership;
  const more = listed(await api.log(size - 1));
  const follows = more[0] !== undefined && statementHash(readStatement(more[0])) === head;
  const offered = follows ? [...held.log.statements, ...more.slice(1)] : listed(await api.log(0));
  if (held.isFounder && offered.length < size && isBeginning(held, offered)) {
    for (const statement of held.log.statements.slice(offered.length)) await api.append(statement);
    events.push({ kind: 'logPublished', federation: held.federation, size });
    return;
  }
  try {
    if (offered.length === size && follows) return;
    await takeOver(held, offered, events);
    if (held.membership.size > size) events.push({ kind: 'logAdopted', federation: held.federation, size: held.membership.size });
  } catch (error) {
    if (error instanceof ProtocolFault && error.code === 'log_forked') await keepEvidence(held, offered);
    throw error;
  }
}

function listed(value: unknown): SignedStatement[] {
  if (!Array.isArray(value)) throw new ProtocolFault('malformed', 'log');
  return value;
}

/** A coordinator that begins, or was restored: the founder has what it lacks. */
function isBeginning(held: Held, offered: readonly SignedStatement[]): boolean {
  return offered.every((one, at) => statementHash(readStatement(one)) === held.membership.hashes[at]);
}

async function keepEvidence(held: Held, offered: readonly SignedStatement[]): Promise<void> {
  const at = offered.findIndex((one, seq) => statementHash(readStatement(one)) !== held.membership.hashes[seq]);
  const { book } = held.ports;
  const rows = await book.list(collections.evidence, rowKey(held.federation, ''));
  const shown = offered[at];
  if (shown === undefined || at >= held.membership.size || rows.length >= belongingLimits.evidence) return;
  await book.write([{ put: [collections.evidence, rowKey(held.federation, statementHash(shown)), shown] }]);
}

export type Evidence = { readonly held: SignedStatement; readonly shown: SignedStatement };

/** Statements that were shown in the place of those held, oldest first. */
export async function evidenceOf(held: Held): Promise<Evidence[]> {
  const rows = await held.ports.book.list(collections.evidence, rowKey(held.federation, ''));
  const shown = rows.map(({ value }) => readStatement(value)).sort((a, b) => a.statement.seq - b.statement.seq);
  return shown.flatMap((one) => {
    const own = held.log.statements[one.statement.seq];
    return own ? [{ held: own, shown: one }] : [];
  });
}

/** @param keys of the statement that was said just now */
async function takeOver(held: Held, offered: readonly SignedStatement[], events: Events, keys?: KeptKeys): Promise<void> {
  const before = held.membership;
  const membership = adoptLog(before, offered);
  const { pending } = held.kept;
  const settled = pending !== undefined && membership.hashes.includes(statementHash(pending.statement));
  const next = keys ?? (settled ? pending.keys : undefined);
  checkOwnKeys(held, membership, next ?? held.kept.keys);
  const statements = [...held.log.statements, ...offered.slice(before.size)];
  if (membership.size === before.size && !settled) return;
  await held.save({ ...(next ? { keys: next } : {}), ...(settled ? { pending: undefined } : {}) }, { statements, membership });
  events.push(...statements.slice(before.size).map((one) => eventOf(held, one)));
}

/** @throws {ProtocolFault} member_known when the log names other keys for this member than it has */
function checkOwnKeys(held: Held, membership: Membership, keys: KeptKeys): void {
  const own = membership.members.get(held.member);
  if (own === undefined) return;
  const key = keyFrom('signing', Buffer.from(keys.signing, 'base64url'));
  const publicKey = toBase64(publicKeyOf(key));
  key.destroy();
  if (own.descriptor.signingKey !== publicKey) throw new ProtocolFault('member_known', 'own keys');
}

function eventOf({ federation }: Held, { statement }: SignedStatement): BelongingEvent {
  const { act, by } = statement;
  if (act.kind === 'remove') return { kind: 'removed', federation, member: act.member, how: act.how, reason: act.reason };
  const { descriptor } = act.descriptor;
  const fingerprint = fingerprintOf(descriptor);
  if (act.kind === 'renew') return { kind: 'renewed', federation, member: by, fingerprint };
  if (act.kind === 'rename') return { kind: 'renamed', federation, member: by, fingerprint };
  return { kind: 'admitted', federation, member: descriptor.member, fingerprint };
}
