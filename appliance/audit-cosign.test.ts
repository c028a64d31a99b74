// Co-signing between two whole nodes: a head is signed only when it continues what was signed before, the signature is on the wire as others' tools
// read it, the log that carries it still verifies, and one that was rewritten or cut short does not.

import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify as verifyEd25519 } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateKey } from '../crypto/keys.ts';
import { publicKeyOf } from '../crypto/signing.ts';
import { fakeIo } from './cli/testing.ts';
import {
  type ConsistencyAnswer,
  type Cosigned,
  type HeadText,
  itemsOf,
  readHeadFile,
  verifyLog,
  type WitnessedHead,
} from './core/audit/audit.ts';
import { headText, signHead } from './core/audit/head.ts';
import { main } from './main.ts';
import { openTestNode, type TestNode } from './testing.ts';

let shop: TestNode;
let branch: TestNode;
const peers: { name: string; publicKey: string }[] = [];
before(async () => {
  // Each knows the other by its key: nodes read their peers when they open, so both open a second time.
  const config = { auditPeers: peers };
  [shop, branch] = [await openTestNode({ config }), await openTestNode({ config })];
  for (const [name, node] of [['shop', shop] as const, ['branch', branch] as const])
    peers.push({ name, publicKey: (await head(node)).publicKey });
  for (const node of [shop, branch]) await node.restart();
});
after(() => Promise.all([shop.close(), branch.close()]));

const head = async (node: TestNode) => (await node.ask<HeadText>('GET', '/api/audit/head')).body;
async function grow(node: TestNode, by = 3): Promise<void> {
  for (let at = 0; at < by; at += 1) await node.ask('GET', '/api/sources');
}
async function wanted(node: TestNode, from: number): Promise<HeadText & { from: number; proof: string[] }> {
  const newest = await head(node);
  const { body } = await node.ask<ConsistencyAnswer>('GET', `/api/audit/consistency?from=${from}&to=${newest.size}`);
  return { ...newest, from, proof: body.proof };
}
type Refused = { error: { code: string; where?: string } };
const cosign = (node: TestNode, body: object) => node.ask<Cosigned & Refused>('POST', '/api/audit/cosign', body);
const verify = (node: TestNode) => verifyLog(itemsOf(node.app.node().audit.lines()));

test('a peer signs what continues, keeps it, and the log with the signature verifies', async () => {
  const first = await cosign(branch, await wanted(shop, 0));
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(first.body.peer, 'shop');
  assert.equal((await shop.ask('POST', '/api/audit/cosignatures', first.body)).status, 200);
  await grow(shop);
  const second = await cosign(branch, await wanted(shop, first.body.size));
  assert.equal(second.status, 200, JSON.stringify(second.body));
  await shop.ask('POST', '/api/audit/cosignatures', second.body);
  const verdict = await verify(shop);
  assert.deepEqual([verdict.ok, verdict.cosignatures, verdict.cosigners], [true, 2, [peers[1]!.publicKey]]);
  const { body } = await shop.ask<{ cosignatures: Cosigned[] }>('GET', '/api/audit/cosignatures');
  assert.deepEqual(
    body.cosignatures.map(({ size, peer }) => [size, peer]),
    [
      [second.body.size, 'branch'],
      [first.body.size, 'branch'],
    ],
  );
  const kept = await branch.ask<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed');
  assert.deepEqual(
    kept.body.heads.map(({ size, peer }) => [size, peer]),
    [[second.body.size, 'shop']],
  );
});

test('the signature is that of C2SP tlog-cosignature over the checkpoint, checked here by nothing of ours', async () => {
  const { body } = await shop.ask<{ cosignatures: Cosigned[] }>('GET', '/api/audit/cosignatures');
  const one = body.cosignatures[0]!;
  const proven = await shop.ask<ConsistencyAnswer>('GET', `/api/audit/consistency?from=${one.size}`);
  const root = Buffer.from(proven.body.fromRoot, 'hex').toString('base64');
  const checkpoint = `holdfast/audit/${peers[0]!.publicKey}\n${one.size}\n${root}\n`;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(one.publicKey, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const message = Buffer.from(`cosignature/v1\ntime ${one.timeS}\n${checkpoint}`);
  assert.equal(verifyEd25519(null, message, key, Buffer.from(one.signature, 'hex')), true);
  const [, name, blob] = /^— (\S+) (\S+)$/.exec(one.note)!;
  const bytes = Buffer.from(blob!, 'base64');
  const id = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([4]))
    .update(Buffer.from(one.publicKey, 'hex'))
    .digest();
  assert.deepEqual(bytes.subarray(0, 4), id.subarray(0, 4));
  assert.equal(Number(bytes.readBigUInt64BE(4)), one.timeS);
  assert.equal(bytes.subarray(12).toString('hex'), one.signature);
});

test('it is refused to strangers, to heads that are not signed, and to whatever does not continue', async () => {
  await grow(shop);
  const [kept] = (await branch.ask<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed')).body.heads;
  const good = await wanted(shop, kept!.size);
  const refusal = async (body: object) => {
    const answer = await cosign(branch, body);
    return `${answer.status} ${answer.body.error?.code ?? answer.body.peer}`;
  };
  const stranger = generateKey('signing');
  const theirs = headText(signHead(stranger, 5, 1, Buffer.alloc(32)), publicKeyOf(stranger));
  assert.equal(await refusal(theirs), '404 not_found');
  assert.equal(await refusal({ ...good, size: good.size + 1 }), '400 bad_request', 'not what was signed');
  assert.equal(await refusal({ ...good, root: '00'.repeat(32) }), '400 bad_request');
  assert.equal(await refusal({ ...good, from: 0, proof: [] }), '409 conflict', 'as if nothing had been signed before');
  const answer = await cosign(branch, { ...good, from: 0, proof: [] });
  assert.equal(answer.body.error.where, `from: this node signed ${kept!.size} entries last`);
  assert.equal(await refusal({ ...good, proof: good.proof.slice(1) }), '400 bad_request');
  assert.equal(await refusal({ ...good, proof: [...good.proof, '00'.repeat(32)] }), '400 bad_request');
  assert.equal(await refusal({ ...good, proof: good.proof.map(() => '11'.repeat(32)) }), '400 bad_request');
  assert.equal(await refusal({ ...good, proof: Array.from({ length: 64 }, () => '11'.repeat(32)) }), '400 bad_request');
  assert.equal(await refusal({ ...good, from: good.size + 1 }), '400 bad_request');
  assert.equal(await refusal({}), '400 bad_request');
  // A second log under the same key: the node's owner signs another root of the size that was signed.
  const fork = headText(
    signHead(shop.app.node().vault.signingKey(), kept!.size, 1, Buffer.alloc(32, 7)),
    Buffer.from(peers[0]!.publicKey, 'hex'),
  );
  assert.equal(await refusal({ ...fork, from: kept!.size, proof: [] }), '409 conflict');
  const [still] = (await branch.ask<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed')).body.heads;
  assert.deepEqual(still, kept, 'nothing of this moved what is remembered');
  assert.equal(await refusal(good), '200 shop');
  assert.equal(await refusal({ ...good, from: good.size, proof: [] }), '200 shop', 'the same head again is signed again');
});

test('of one and the same beginning two heads at once: one is signed', async () => {
  await grow(shop);
  const [kept] = (await branch.ask<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed')).body.heads;
  const older = await wanted(shop, kept!.size);
  await grow(shop);
  const newer = await wanted(shop, kept!.size);
  const answers = await Promise.all([cosign(branch, older), cosign(branch, newer)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('signatures over another root, of a stranger or of a size to come are not kept', async () => {
  const { body } = await shop.ask<{ cosignatures: Cosigned[] }>('GET', '/api/audit/cosignatures');
  const good = body.cosignatures[0]!;
  const keep = async (one: object) => (await shop.ask('POST', '/api/audit/cosignatures', one)).status;
  assert.equal(await keep(good), 200);
  assert.equal(await keep({ ...good, size: good.size - 1 }), 400);
  assert.equal(await keep({ ...good, timeS: good.timeS + 1 }), 400);
  assert.equal(await keep({ ...good, size: good.size + 100_000 }), 404);
  assert.equal(await keep({ ...good, publicKey: 'ab'.repeat(32) }), 404);
});

test('a log that is cut short or whose signatures were touched is found out', async () => {
  const lines: string[] = [];
  for await (const line of shop.app.node().audit.lines()) lines.push(line);
  const check = (all: readonly string[]) =>
    verifyLog(
      itemsOf(
        (async function* () {
          yield* all;
        })(),
      ),
    );
  assert.equal((await check(lines)).ok, true);
  const at = lines.findLastIndex((line) => line.includes('"cosignature"'));
  const { size } = JSON.parse(lines[at]!) as { size: number };
  const touched = lines.with(
    at,
    lines[at]!.replace(/"timeS":(\d)/, (_, digit: string) => `"timeS":${(Number(digit) % 9) + 1}`),
  );
  const verdict = await check(touched);
  assert.deepEqual([verdict.ok, verdict.flaw?.kind, verdict.flaw?.entry], [false, 'head_changed', size - 1]);
  const isBehind = (line: string) => line.includes('"entry"') && (JSON.parse(line) as { seq: number }).seq >= size - 1;
  const isHead = (line: string) => line.includes('"head"') && (JSON.parse(line) as { size: number }).size >= size;
  const cut = lines.filter((line) => !isBehind(line) && !isHead(line));
  assert.deepEqual([(await check(cut)).flaw?.kind], ['removed'], 'a peer signed more than is left');
});

test('by commands: head --from, cosign, cosigned, witnessed, and what is witnessed is a head for verify', async () => {
  for (const node of [shop, branch]) await node.listen();
  const run = async (node: TestNode, ...args: string[]) => {
    const io = fakeIo({ cwd: node.folder });
    const code = await main(['audit', ...args, '--data', node.folder], io);
    return { code, out: io.out(), err: io.err() };
  };
  const [kept] = (await branch.ask<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed')).body.heads;
  const made = await run(shop, 'head', '--json', '--from', String(kept!.size));
  writeFileSync(join(branch.folder, 'head.json'), made.out);
  const signed = await run(branch, 'cosign', 'head.json', '--json');
  assert.equal(signed.code, 0, signed.err);
  writeFileSync(join(shop.folder, 'signed.json'), signed.out);
  const added = await run(shop, 'cosigned', 'signed.json');
  assert.match(added.out, /branch/, added.err);
  assert.match((await run(shop, 'cosigned', '--lang', 'zh')).out, /对方/);
  const stale = await run(branch, 'cosign', 'head.json');
  assert.match(stale.err, /from: this node signed \d+ entries last.*\[conflict\]/s);
  const witnessed = await run(branch, 'witnessed', '--json');
  writeFileSync(join(shop.folder, 'witnessed.ndjson'), witnessed.out);
  assert.equal((await readHeadFile(join(shop.folder, 'witnessed.ndjson')))?.length, 1);
  const verified = await run(shop, 'verify', '--head', 'witnessed.ndjson', '--lang', 'en');
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /heads are signed by peers too/);
});
