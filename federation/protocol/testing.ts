// Members, a federation and its log for the tests of the protocol, all from a seed.

import { createHash } from 'node:crypto';
import { generateKey, type Key } from '../../crypto/keys.ts';
import { describeMember, type SignedDescriptor } from './identity.ts';
import { foldMembership } from './membership.ts';
import { newId } from './signed.ts';
import { type Act, foundingStatement, nextStatement, type SignedStatement } from './statements.ts';

export type TestMember = { id: string; key: Key<'signing'>; descriptor: SignedDescriptor };

/** Bytes by hashing a counter: the same for the same seed. */
export function seededRandom(seed: string) {
  let count = 0;
  return {
    bytes(length: number): Uint8Array {
      count += 1;
      return Uint8Array.from(createHash('shake256', { outputLength: length }).update(`${seed} ${count}`).digest());
    },
  };
}

export const startMs = Date.UTC(2026, 0, 5);

/** The wrap key is any 1216 bytes: nothing of the protocol opens it. */
export function testMember(federation: string, seed: string, role: 'coordinator' | 'participant' | 'both' = 'both'): TestMember {
  const random = seededRandom(seed);
  const id = newId(random);
  const key = generateKey('signing', random);
  const wrapKey = random.bytes(1216);
  const name = { en: `Organisation ${seed}`, zh: '机构' };
  const descriptor = describeMember(key, { federation, member: id, name, role, wrapKey, createdAtMs: startMs, version: 1 });
  return { id, key, descriptor };
}

/** A log that grows. */
export class TestLog {
  readonly federation: string;
  readonly statements: SignedStatement[];

  constructor(founder: TestMember) {
    this.federation = founder.descriptor.descriptor.federation;
    this.statements = [foundingStatement(founder.key, founder.descriptor, Buffer.from('authority'), startMs)];
  }

  say(by: TestMember, act: Act): SignedStatement {
    const said = nextStatement(by.key, this.federation, by.id, this.fold(), act, startMs + this.statements.length * 1000);
    this.statements.push(said);
    return said;
  }

  admit(founder: TestMember, member: TestMember): SignedStatement {
    const invitation = Buffer.from(seededRandom(`invitation ${member.id}`).bytes(32)).toString('hex');
    return this.say(founder, { kind: 'admit', descriptor: member.descriptor, invitation });
  }

  fold() {
    return foldMembership(this.statements);
  }
}

export const federationId = 'fe'.repeat(16);

/** A founder and members, all admitted. */
export function testFederation(count: number, federation = federationId, seed = '') {
  const founder = testMember(federation, `${seed}founder`);
  const log = new TestLog(founder);
  const members = Array.from({ length: count }, (_, at) => testMember(federation, `${seed}member ${at}`));
  for (const member of members) log.admit(founder, member);
  return { founder, members, log };
}
