import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from '../../crypto/keys.ts';
import { describeMember } from './identity.ts';
import { activeMember, adoptLog, foldMembership, readLog, writeLog } from './membership.ts';
import { signValue } from './signed.ts';
import { foundingStatement, nextStatement, readStatement, type SignedStatement, type Statement } from './statements.ts';
import { seededRandom, startMs, type TestMember, testFederation, testMember } from './testing.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const at = (index: number) => (error: unknown) => error instanceof ProtocolFault && error.where?.startsWith(`${index}`) === true;

/** The member's next description: another name, or other keys too. */
function again(member: TestMember, change: { name?: string; keys?: string; wrapKeyOf?: string }): TestMember {
  const { v: _v, signingKey: _key, wrapKey, ...rest } = member.descriptor.descriptor;
  const random = seededRandom(change.keys ?? '');
  const key = change.keys === undefined ? member.key : generateKey('signing', random);
  const wrapKeyOf = change.wrapKeyOf === undefined ? undefined : seededRandom(change.wrapKeyOf).bytes(1216);
  const fields = {
    ...rest,
    version: rest.version + 1,
    name: { en: change.name ?? rest.name.en, zh: rest.name.zh },
    wrapKey: wrapKeyOf ?? (change.keys === undefined ? Buffer.from(wrapKey, 'base64url') : random.bytes(1216)),
  };
  return { id: member.id, key, descriptor: describeMember(key, fields) };
}

/** Signed by the member as it is, whether it follows or not. */
function resigned(by: TestMember, statement: Statement): SignedStatement {
  return { statement, signature: signValue(by.key, 'holdfast federation statement 1', statement) };
}

/** A log with every kind of statement. */
function lively() {
  const { founder, members, log } = testFederation(3);
  const [one, two, three] = members as [TestMember, TestMember, TestMember];
  const renewed = again(one, { keys: 'new' });
  log.say(one, { kind: 'renew', descriptor: renewed.descriptor });
  const renamed = again(renewed, { name: 'Another name' });
  log.say(renamed, { kind: 'rename', descriptor: renamed.descriptor });
  log.say(two, { kind: 'remove', member: two.id, how: 'left', reason: 'Merged' });
  log.say(founder, { kind: 'remove', member: three.id, how: 'revoked', reason: 'Key stolen' });
  return { founder, one, renamed, two, three, log };
}

test('the fold: who is a member, by which keys, and since when and why others are not', () => {
  const { founder, renamed, two, three, log } = lively();
  const membership = log.fold();
  assert.equal(membership.size, 8);
  assert.equal(membership.founder, founder.id);
  assert.deepEqual(activeMember(membership, renamed.id), renamed.descriptor.descriptor);
  assert.deepEqual(membership.members.get(two.id)?.ended, { atMs: startMs + 6000, seq: 6, reason: 'Merged' });
  assert.equal(membership.members.get(three.id)?.status, 'revoked');
  assert.throws(() => activeMember(membership, three.id), coded('member_ended'));
  assert.throws(() => activeMember(membership, 'ff'.repeat(16)), coded('member_unknown'));
  assert.deepEqual(foldMembership(readLog(writeLog(log.statements))), membership);
});

test('any changed byte of the log is found', () => {
  const { log } = lively();
  const text = writeLog(log.statements);
  const head = log.fold().head;
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'09aAzZ-_"{},:\n '), (place, sign) => {
      const changed = text.slice(0, place) + sign + text.slice(place + 1);
      if (changed === text) return;
      assert.throws(() => foldMembership(readLog(changed)), ProtocolFault);
    }),
    { numRuns: 400 },
  );
  assert.equal(foldMembership(readLog(text)).head, head);
});

test('any statement that is removed, doubled, moved or put in from elsewhere is found', () => {
  const { log } = lively();
  const held = log.fold();
  const { statements } = log;
  for (let index = 0; index < statements.length; index += 1) {
    const without = statements.toSpliced(index, 1);
    // Without its last statement a log is whole, and only who held more can tell.
    assert.throws(() => adoptLog(held, without), ProtocolFault);
    assert.throws(() => foldMembership(statements.toSpliced(index, 0, statements[index]!)), coded('log_replayed'));
    for (let other = 0; other < statements.length; other += 1) {
      if (other === index) continue;
      const moved = without.toSpliced(other, 0, statements[index]!);
      assert.throws(() => foldMembership(moved), ProtocolFault);
    }
  }
  assert.throws(() => adoptLog(held, statements.slice(0, -1)), coded('log_rolled_back'));
  assert.throws(() => foldMembership([]), coded('log_gap'));
  const foreign = testFederation(1, 'ab'.repeat(16)).log.statements;
  assert.throws(() => foldMembership([...statements, ...foreign]), ProtocolFault);
  assert.throws(() => foldMembership([...statements.slice(0, 1), ...foreign.slice(1)]), at(1));
});

test('two pasts: the first statement that differs is named', () => {
  const { founder, log } = testFederation(2);
  const held = log.fold();
  const fork = testFederation(1).log;
  fork.admit(founder, testMember(fork.federation, 'somebody else'));
  assert.throws(
    () => adoptLog(held, fork.statements),
    (fault) => coded('log_forked')(fault) && at(2)(fault),
  );
  const longer = [...log.statements];
  log.admit(founder, testMember(log.federation, 'later'));
  assert.equal(log.statements.length, longer.length + 1);
  assert.deepEqual(adoptLog(held, log.statements), log.fold());
  assert.equal(held.size, longer.length);
});

test('who may what', () => {
  const { founder, members, log } = testFederation(2);
  const [one, two] = members as [TestMember, TestMember];
  const end = log.fold();
  const candidate = testMember(log.federation, 'candidate');
  const invitation = 'a'.repeat(64);
  type Case = [ProtocolCode, TestMember, Parameters<typeof nextStatement>[4]];
  const cases: Case[] = [
    ['not_allowed', one, { kind: 'admit', descriptor: candidate.descriptor, invitation }],
    ['not_allowed', one, { kind: 'remove', member: two.id, how: 'removed', reason: 'x' }],
    ['not_allowed', one, { kind: 'remove', member: two.id, how: 'left', reason: 'x' }],
    ['not_allowed', one, { kind: 'remove', member: one.id, how: 'revoked', reason: 'x' }],
    ['not_allowed', founder, { kind: 'remove', member: founder.id, how: 'removed', reason: 'x' }],
    ['not_allowed', founder, { kind: 'remove', member: one.id, how: 'left', reason: 'x' }],
    ['not_allowed', one, { kind: 'rename', descriptor: again(two, { name: 'x' }).descriptor }],
    ['not_allowed', one, { kind: 'rename', descriptor: again(one, { keys: 'k' }).descriptor }],
    ['not_allowed', founder, { kind: 'renew', descriptor: again(one, { keys: 'k' }).descriptor }],
    ['not_allowed', founder, { kind: 'found', descriptor: founder.descriptor, authority: 'AA' }],
    ['key_reused', one, { kind: 'renew', descriptor: again(one, { name: 'x' }).descriptor }],
    ['version_wrong', one, { kind: 'renew', descriptor: again(again(one, {}), { keys: 'k' }).descriptor }],
    ['not_allowed', one, { kind: 'rename', descriptor: again(one, { wrapKeyOf: 'w' }).descriptor }],
    ['version_wrong', founder, { kind: 'admit', descriptor: again(candidate, { keys: 'c' }).descriptor, invitation }],
    ['member_known', founder, { kind: 'admit', descriptor: one.descriptor, invitation }],
    ['member_unknown', candidate, { kind: 'remove', member: candidate.id, how: 'left', reason: 'x' }],
    ['member_unknown', founder, { kind: 'remove', member: candidate.id, how: 'removed', reason: 'x' }],
    ['federation_other', founder, { kind: 'admit', descriptor: testMember('ab'.repeat(16), 'x').descriptor, invitation }],
  ];
  for (const [code, by, act] of cases) {
    const said = nextStatement(by.key, log.federation, by.id, end, act, startMs + 10_000);
    assert.throws(() => foldMembership([...log.statements, said]), coded(code), JSON.stringify([code, act.kind]));
  }
  const leave = { kind: 'remove', member: one.id, how: 'left', reason: 'x' } as const;
  const raw = (change: Partial<Parameters<typeof resigned>[1]>, act: Parameters<typeof nextStatement>[4] = leave) =>
    resigned(one, { ...nextStatement(one.key, log.federation, one.id, end, act, startMs + 10_000).statement, ...change });
  const crafted: [ProtocolCode, ReturnType<typeof raw>][] = [
    ['log_gap', raw({ seq: end.size + 1 })],
    ['log_forked', raw({ previous: 'f'.repeat(64) })],
    ['log_forked', raw({ seq: 1 })],
    ['federation_other', raw({ federation: 'ab'.repeat(16) })],
    ['log_time', raw({ atMs: 1 })],
  ];
  for (const [code, statement] of crafted) {
    assert.throws(() => foldMembership([...log.statements, statement]), coded(code), code);
  }
  assert.equal(foldMembership([...log.statements, raw({})]).members.get(one.id)?.status, 'left');
  const admitted = log.statements[1]!.statement.act;
  assert.ok(admitted.kind === 'admit');
  const twice = { ...admitted, descriptor: candidate.descriptor };
  const said = nextStatement(founder.key, log.federation, founder.id, end, twice, startMs + 10_000);
  assert.throws(() => foldMembership([...log.statements, said]), coded('invitation_used'));
});

test('signatures of others, keys given up, and what a removed member still says', () => {
  const { founder, members, log } = testFederation(2);
  const [one, two] = members as [TestMember, TestMember];
  const renewed = again(one, { keys: 'new' });
  const say = (by: TestMember, key: TestMember, name: TestMember) =>
    nextStatement(
      key.key,
      log.federation,
      by.id,
      log.fold(),
      { kind: 'rename', descriptor: again(name, { name: 'x' }).descriptor },
      startMs,
    );
  const refused = (said: ReturnType<typeof say>, code: ProtocolCode) =>
    assert.throws(() => foldMembership([...log.statements, said]), coded(code));
  refused(say(one, two, one), 'signature_wrong');
  log.say(one, { kind: 'renew', descriptor: renewed.descriptor });
  refused(say(renewed, one, renewed), 'signature_wrong');
  log.say(founder, { kind: 'remove', member: two.id, how: 'removed', reason: 'Left the association' });
  refused(say(two, two, two), 'member_ended');
  const again2 = nextStatement(
    founder.key,
    log.federation,
    founder.id,
    log.fold(),
    { kind: 'remove', member: two.id, how: 'revoked', reason: 'x' },
    startMs,
  );
  assert.throws(() => foldMembership([...log.statements, again2]), coded('member_ended'));
  const late = { ...log.fold(), lastAtMs: 0 };
  const early = nextStatement(
    founder.key,
    log.federation,
    founder.id,
    late,
    { kind: 'remove', member: one.id, how: 'removed', reason: 'x' },
    1,
  );
  refused(early, 'log_time');
});

test('founding: by a coordinator, signed by itself, once', () => {
  const participant = testMember('ab'.repeat(16), 'p', 'participant');
  const wrong = foundingStatement(participant.key, participant.descriptor, Buffer.from('a'), startMs);
  assert.throws(() => foldMembership([wrong]), coded('not_allowed'));
  const { founder, log } = testFederation(0);
  const other = testMember(log.federation, 'other');
  const stolen = foundingStatement(other.key, founder.descriptor, Buffer.from('a'), startMs);
  assert.throws(() => foldMembership([stolen]), coded('signature_wrong'));
  const second = again(founder, { name: 'x' });
  const notFirst = foundingStatement(founder.key, second.descriptor, Buffer.from('a'), startMs);
  assert.throws(() => foldMembership([notFirst]), coded('version_wrong'));
  const elsewhere = resigned(founder, { ...log.statements[0]!.statement, federation: 'ab'.repeat(16) });
  assert.throws(() => foldMembership([elsewhere]), coded('federation_other'));
  assert.throws(() => foldMembership(Array(10_001).fill(log.statements[0])), coded('too_large'));
  assert.throws(() => readStatement({ ...log.statements[0], more: 1 }), coded('malformed'));
  assert.throws(() => readLog(writeLog(log.statements).trimEnd()), coded('malformed'));
});
