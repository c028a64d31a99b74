// A federation whose coordinator runs inside the founder's node: members dial that node, and where the founder is a party nobody neutral counts.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';
import { type Member, openMember } from './testing-two.ts';
import type { MatchShown } from './views.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({
    type: 'identify',
    messageId: `i${from + at}`,
    userId: `u${from + at}`,
    traits: { phone: `139${String(from + at).padStart(8, '0')}` },
    timestamp: new Date().toISOString(),
  }));

async function joined(one: Member, two: Member, address: string): Promise<{ federation: string; responder: string }> {
  const found = await one.as<{ federation: string }>('admin', 'POST', '/api/federations', {
    name: { en: 'North Retail', zh: '北方零售' },
    address,
    coordinator: 'own',
  });
  const { federation } = found.body;
  // Its coordinator listens at once, and not a minute later.
  await one.as('admin', 'POST', `/api/federations/${federation}/refresh`);
  const invited = await one.as<{ code: string }>('admin', 'POST', `/api/federations/${federation}/invitations`, {});
  const asked = await two.as<{ fingerprint: string }>('admin', 'POST', '/api/federations/join', {
    name: { en: 'South Bank', zh: '南方银行' },
    code: invited.body.code,
  });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const waiting = await one.as<{ requests: { invitation: string }[] }>('admin', 'GET', `/api/federations/${federation}/requests`);
  await one.together('admin', 'officer', 'federation.admit', {
    federation,
    invitation: waiting.body.requests[0]?.invitation,
    fingerprint: asked.body.fingerprint,
  });
  await one.as('admin', 'POST', `/api/federations/${federation}/refresh`);
  await two.as('admin', 'POST', `/api/federations/${federation}/refresh`);
  const { body } = await two.as<{ federations: { member: string; state: string }[] }>('admin', 'GET', '/api/federations');
  assert.equal(body.federations[0]?.state, 'member');
  return { federation, responder: body.federations[0].member };
}

test("the founder's node coordinates: members join, match, and go on after it was restarted", async () => {
  const port = await freePort();
  const match = { minSize: 5, minIntersection: 3 };
  const one = await openMember({ federation: { listen: { address: '127.0.0.1', port }, match } });
  const two = await openMember({ federation: { match } });
  try {
    const { federation, responder } = await joined(one, two, `127.0.0.1:${port}`);
    await one.node.send(people(0, 30));
    await two.node.send(people(20, 50));
    const payload = {
      federation,
      responder,
      learns: 'responder',
      use: 'suppression',
      purpose: 'customer_service',
      reason: 'whom not to write to',
      kinds: ['phone'],
      source: { from: 'customers' },
    };
    const { match: session } = await one.together<{ match: string }>('scientist', 'officer', 'match.propose', payload);
    const until = async (member: Member, holds: (view: MatchShown) => boolean) => {
      for (let turn = 0; turn < 600; turn += 1) {
        const { body } = await member.as<MatchShown>('auditor', 'GET', `/api/matches/${session}`);
        if (body.phase !== undefined && holds(body)) return body;
        await sleep(100);
      }
      throw new Error(JSON.stringify((await member.as('auditor', 'GET', `/api/matches/${session}`)).body));
    };
    const asked = await until(two, ({ phase }) => phase === 'asked');
    assert.equal(asked.terms.counter, undefined);
    await one.node.restart();
    await two.together('scientist', 'officer', 'match.accept', { match: session, source: { from: 'customers' } });
    const [first, second] = await Promise.all([one, two].map((member) => until(member, ({ phase }) => phase === 'ended')));
    assert.deepEqual([first!.outcome?.result, first!.learned, second!.learned?.customers], ['done', undefined, 10]);
    const transcript = await two.as<string>('auditor', 'GET', `/api/matches/${session}/transcript`);
    assert.deepEqual(verifyTranscript(transcript.body).findings, []);
    // Whoever is suppressed can be asked for by channels, one by one.
    const { body } = await two.as<{ found: { id: string }[] }>('marketer', 'GET', `/api/matches/${session}/result`);
    const standing = await two.as<{ found: { match: string }[] }>(
      'marketer',
      'GET',
      `/api/profiles/${body.found[0]!.id}/matches`,
    );
    assert.equal(standing.body.found[0]?.match, session);
    // A member that is removed is told so, and matches no more.
    const removed = await one.together<{ member: string }>('admin', 'officer', 'federation.remove', {
      federation,
      member: responder,
      how: 'removed',
      reason: 'the contract has ended',
    });
    assert.equal(removed.member, responder);
    await two.as('admin', 'POST', `/api/federations/${federation}/refresh`);
    const view = await two.as<{ federations: { state: string; problems: { code: string; message: { zh: string } }[] }[] }>(
      'admin',
      'GET',
      '/api/federations',
    );
    const { state, problems } = view.body.federations[0]!;
    assert.ok(state !== 'member' || problems.some(({ code }) => code === 'certificate_revoked' || code === 'member_ended'));
    for (const { message } of problems) assert.ok(message.zh);
  } finally {
    await one.node.close();
    await two.node.close();
  }
});
