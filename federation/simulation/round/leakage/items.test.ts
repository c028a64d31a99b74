// What is seen beside masked vectors: every kind of entry, every field and everything named by a hash stands on the list that the statement of leakage
// covers (round-view.ts), and is the same whatever is in the rows, but for what the list says that it tells.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openFrom } from '../../../participant/round/sealed.ts';
import { leakageOfRound } from '../../../protocol/round/round-leakage.ts';
import type { RoundTerms } from '../../../protocol/round/round-terms.ts';
import { blobView, classOf, entryView, pathsOf, sayingView, viewWords } from '../../../protocol/round/round-view.ts';
import { type Saying, type SignedEntry, sayingSchema, signedEntrySchema } from '../../../protocol/round/sayings.ts';
import { subsetsOf } from './coalition.ts';
import { learningOf, openThreads, rowsFor, type Threads, type Way, ways } from './learned.ts';
import { members, type Point, points, type Seen, seenIn } from './scene.ts';
import { alarm } from './statistics.ts';
import { itemsOf, type View } from './views.ts';

let threads: Threads;
before(() => {
  threads = openThreads(members);
});
after(() => threads.close());

type Schema = {
  readonly anyOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly items?: Schema;
  readonly const?: unknown;
};

/** Paths of all fields that a form has. */
function pathsIn(schema: Schema, path = ''): string[] {
  const under = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (schema.properties) return Object.entries(schema.properties).flatMap(([name, inner]) => pathsIn(inner, under(name)));
  if (schema.patternProperties) return Object.values(schema.patternProperties).flatMap((inner) => pathsIn(inner, under('*')));
  if (schema.items) return pathsIn(schema.items, `${path}[]`);
  if (schema.anyOf?.some(({ properties }) => properties)) return schema.anyOf.flatMap((inner) => pathsIn(inner, path));
  return [path];
}
const forms = (sayingSchema as Schema).anyOf!.map((form) => {
  const { kind, ...properties } = form.properties!;
  return { kind: kind!.const as Saying['kind'], paths: pathsIn({ properties }) };
});

test('every field of every kind of entry is on the list, and nothing that there is not', () => {
  for (const { kind, paths } of forms) {
    for (const path of paths) assert.ok(classOf(sayingView[kind], path), `${kind}: ${path} is not on the list`);
    const there = new Set(paths.flatMap((path) => [path, ...prefixes(path)]));
    for (const path of Object.keys(sayingView[kind])) assert.ok(there.has(path), `${kind}: ${path} is on the list alone`);
  }
  const whole = pathsIn(signedEntrySchema as Schema).filter((path) => !path.startsWith('entry.says'));
  assert.deepEqual(new Set(whole), new Set(Object.keys(entryView)));
  assert.deepEqual(new Set(forms.map(({ kind }) => kind)), new Set(Object.keys(sayingView)));
});

const prefixes = (path: string): string[] => [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));

test('the statement has words for every class, in both languages', () => {
  const terms = { members: ['a', 'b', 'c'], against: 'malicious' };
  for (const learn of Object.values(ways)) {
    const blocks = leakageOfRound({ ...terms, learn } as unknown as RoundTerms);
    const said = (lang: 'en' | 'zh') => blocks.flatMap(({ lines }) => lines!.map((line) => line[lang])).join('\n');
    for (const words of Object.values(viewWords)) {
      assert.ok(said('en').includes(words.en), words.en);
      assert.ok(said('zh').includes(words.zh), words.zh);
    }
  }
});

/** What everybody sees of a round is on the list. @returns the kinds that were seen */
async function checkListed({ run, views, coordinator }: Seen): Promise<Set<string>> {
  const { world, round } = run;
  const all = [coordinator, ...world.nodes.map(({ id }) => views.of(id))];
  const kinds = new Set<string>();
  const named = new Map<string, string>();
  for (const { entry } of coordinator.lines) {
    const { kind, ...said } = entry.says;
    kinds.add(kind);
    for (const [path, digest] of digestsIn(said)) named.set(digest, `${kind}.${path}`);
  }
  for (const { lines, blobs } of all) {
    for (const item of itemsOf(lines)) {
      const [kind, path] = item.split(': ') as [Saying['kind'] | '', string];
      assert.ok(classOf(kind === '' ? entryView : sayingView[kind], path), `${item} is not on the list`);
    }
    for (const digest of blobs.keys()) {
      const path = named.get(digest);
      // What was put down and never said reaches nobody but the coordinator.
      assert.ok(path === undefined ? blobs === coordinator.blobs : blobView[path], `${path} is not on the list`);
    }
  }
  // Honest parties fetch nobody's vector: what the custodian decrypts was added.
  for (const { id } of world.nodes) {
    const fetched = new Set([...views.of(id).blobs.keys()].map((digest) => named.get(digest)));
    assert.ok(!fetched.has('contribution.ciphertexts[]'), 'a vector of one member was fetched');
    if (id !== world.custodian.id) assert.ok(!fetched.has('reveal.sealed') && !fetched.has('closed.ciphertexts[]'));
  }
  for (const kind of ['reveal', 'recovery'] as const) {
    for (const { party, says } of world.ledger.ofKind(kind)) {
      const place = { round, what: kind, of: `${says.sum} ${party}` };
      const inside = await openFrom(world.custodian.who.wrapPrivateKey, place, coordinator.blobs.get(says.sealed)!);
      const paths = [...pathsOf(JSON.parse(inside.toString()))].filter((path) => !['masters', 'selves', ''].includes(path));
      for (const path of paths) assert.ok(blobView[`${kind}.sealed`]!.inside[path], `${kind}: ${path} is not on the list`);
    }
  }
  return kinds;
}

function digestsIn(value: unknown, path = ''): [path: string, digest: string][] {
  if (typeof value === 'string') return /^[0-9a-f]{64}$/.test(value) ? [[path, value]] : [];
  if (Array.isArray(value)) return value.flatMap((inner) => digestsIn(inner, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = /^[0-9a-f]{32}$/.test(name) ? '*' : name;
    return digestsIn(inner, path === '' ? known : `${path}.${known}`);
  });
}

/** What is left of a line when everything goes that is drawn, or that the list says tells of rows. */
function blanked({ entry }: SignedEntry): string {
  const { says, ...rest } = entry;
  const { kind, ...said } = says;
  const tells = new Set(['hidden', 'model', 'holdout']);
  const blank = (value: unknown, path: string): unknown => {
    if (tells.has(classOf(kind === 'proposal' ? {} : sayingView[kind], path) ?? '')) return '';
    if (Array.isArray(value)) return value.map((inner) => blank(inner, `${path}[]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const known = /^[0-9a-f]{32}$/.test(name) || path === 'metrics' ? '*' : name;
        return [name, blank(inner, path === '' ? known : `${path}.${known}`)];
      }),
    );
  };
  // Of a sum the mark of the state is a keyed hash.
  const about = 'about' in said ? { about: said.about.replace(/ [0-9a-f]{16}$/, ' ') } : {};
  const { seen: _seen, ...who } = rest;
  return JSON.stringify([who, kind, blank({ ...said, ...about }, '')]);
}

function worldOf({ run, views, coordinator }: Seen) {
  const { world } = run;
  const of = ({ lines, blobs }: View) => ({
    // What is said within one step comes in the order in which threads on this machine were ready.
    lines: lines.map(blanked).sort(),
    sizes: [...blobs.values()].map(({ length }) => length).sort((a, b) => a - b),
  });
  return {
    coordinator: of(coordinator),
    parties: world.nodes.map(({ id }) => of(views.of(id))),
    calls: world.network.trace.toSorted(),
    steps: world.steps,
  };
}

const tables = Array.from({ length: members }, (_, at) => rowsFor(at + 1));
/** The last two have each other's rows: every sum over both is the same. */
const exchanged = [...tables.slice(0, members - 2), tables[members - 1]!, tables[members - 2]!];
const kindsSeen = new Set<string>();

for (const way of Object.keys(ways) as Way[]) {
  test(`rounds of ${way}: all that is seen is on the list, and the same when two members have each other's rows`, async () => {
    for (const point of ['nobody', 'reveal'] satisfies Point[]) {
      const learned = (of: typeof tables) => seenIn({ seed: 21, point, learning: learningOf(way, of, threads) });
      const [one, other] = [await learned(tables), await learned(exchanged)];
      for (const kind of await checkListed(one)) kindsSeen.add(kind);
      if (point === 'nobody') assert.deepEqual(worldOf(other), worldOf(one));
      assert.ok(one.coordinator.bytes > 50_000);
    }
  });
}

test('rounds with a member gone at each step: all that is seen is on the list', async () => {
  for (const point of points) for (const kind of await checkListed(await seenIn({ seed: 22, point }))) kindsSeen.add(kind);
  const rest = Object.keys(sayingView).filter((kind) => !kindsSeen.has(kind));
  // Who stops a round, or lets it run out, says no more than why.
  // Exchanges are of vertical rounds alone (simulation/vertical).
  assert.deepEqual(rest.sort(), ['exchange', 'expired', 'stop'].filter((kind) => !kindsSeen.has(kind)).sort());
});

test('what is sealed is uniform, by kind, under the real wrapping', async () => {
  const { coordinator } = await seenIn({ seed: 23, point: 'reveal', plan: { wrapping: 'x-wing' } });
  const byKind = new Map<string, Uint8Array[]>();
  for (const { entry } of coordinator.lines) {
    const { kind, ...said } = entry.says;
    for (const [path, digest] of digestsIn(said)) {
      const bytes = coordinator.blobs.get(digest);
      // Of shares the first four bytes are a length.
      const from = kind === 'shares' ? 4 : 0;
      if (bytes) byKind.set(`${kind}.${path}`, [...(byKind.get(`${kind}.${path}`) ?? []), bytes.subarray(from)]);
    }
  }
  assert.deepEqual(
    Object.keys(blobView).filter((path) => !byKind.has(path)),
    // Of vertical rounds, whose exchanges simulation/vertical looks at.
    ['exchange.digests[]'],
  );
  for (const [path, blobs] of byKind) {
    // The stand-in for the encryption has no key, and its sums are as short as the plan's.
    if (path === 'custody.publicKey[]') continue;
    const bytes = Buffer.concat(blobs);
    if (bytes.length >= 400) assert.ok(alarm(bytes) < 1, `${path} leans: ${alarm(bytes)}`);
  }
  assert.equal(subsetsOf([1, 2, 3, 4, 5], members - 2).length, 10);
});
