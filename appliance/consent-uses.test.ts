// Every place that gets personal data out of the record, with the purpose it asks the gate for, or why it need not. A new place fails
// here until it is in the table: whoever adds one decides, and says so.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot, sourceFiles, testPatterns } from '../scripts/files.ts';
import { nodeUses, purposeTable } from './core/model/purposes.ts';
import { Profiles } from './record/profiles/profiles.ts';

type Place = { file: string; uses: string } & ({ asks: string } | { why: string });

const places: readonly Place[] = [
  { file: 'appliance/node.ts', uses: 'matchPersons', asks: nodeUses.matching },
  { file: 'appliance/node-models.ts', uses: 'people', asks: nodeUses.training },
  { file: 'appliance/node-figures.ts', uses: 'people', why: 'how many events there are, as one number' },
  { file: 'appliance/node.ts', uses: 'consentsOf', why: 'the gate itself, reading what it judges by' },
  { file: 'appliance/node.ts', uses: 'consentPages', why: 'the gate itself, reading what it judges by' },
  {
    file: 'appliance/node.ts',
    uses: 'profile',
    why: 'access review: whether a reader has the family name of whom they read, and a case of theirs, of which the finding alone is kept; and where to ask for a consent',
  },
  {
    file: 'appliance/node.ts',
    uses: 'recordsOf',
    why: 'numbers of records, by which the links of a person are counted and revoked',
  },
  {
    file: 'appliance/customers.ts',
    uses: 'people',
    why: 'the matrix of features, of which nobody is given anything but by those who ask the gate: segments, scores, rows under pseudonyms',
  },
  { file: 'appliance/node.ts', uses: 'recorded', why: 'asks whether a message is known; gives nothing about anybody' },
  {
    file: 'appliance/node.ts',
    uses: 'watchByHand',
    why: 'the catalogue looks at what is typed as at what arrives: it keeps no value of a customer',
  },
  {
    file: 'appliance/record/profiles/routes.ts',
    uses: 'find',
    why: 'shows staff the person they look for, consents included; who may look is for access control, with the purpose of the look',
  },
  { file: 'appliance/record/profiles/routes.ts', uses: 'profile', why: 'as find' },
  { file: 'appliance/record/profiles/routes.ts', uses: 'profileWithTimeline', why: 'as find' },
  { file: 'appliance/record/profiles/routes.ts', uses: 'timeline', why: 'as find' },
  { file: 'appliance/record/profiles/routes.ts', uses: 'explain', why: 'as find: why these records are one person' },
  {
    file: 'appliance/record/profiles/routes.ts',
    uses: 'reviews',
    why: 'pairs that matching suggested, which has asked; deciding one is correcting the record',
  },
  {
    file: 'appliance/restoring.ts',
    uses: 'profile',
    why: 'whether what was restored opens; nothing of it is kept or shown',
  },
  {
    file: 'appliance/policies.ts',
    uses: 'profile',
    why: 'one value for staff who give a reason; the door has asked the gate for the purpose of the look',
  },
  {
    file: 'appliance/node-segments.ts',
    uses: 'people',
    why: 'segments: each asks the gate for its own purpose, as the first condition of its rule',
  },
  { file: 'appliance/federate/dataset.ts', uses: 'people', asks: 'partner_matching' },
  {
    file: 'appliance/federate/open.ts',
    uses: 'recordsOf',
    why: 'numbers of records, by which it is looked up in which results of matches a person stands',
  },
  {
    file: 'appliance/decide-routes.ts',
    uses: 'people',
    why: 'rows of features under pseudonyms, orders for lifetime value and the spending of a segment, members of a segment for an export, and a few of a preview: each has asked for its purpose',
  },
  { file: 'appliance/decide-routes.ts', uses: 'recordsOf', why: 'numbers of records, by which a segment or score is looked up' },
  { file: 'appliance/app.ts', uses: 'recordsOf', why: 'numbers of records, by which the audit log finds who looked at a person' },
  {
    file: 'appliance/oversee-routes.ts',
    uses: 'recordsOf',
    why: 'numbers of records, by which the access review finds who looked at a person',
  },
  { file: 'appliance/node-metrics.ts', uses: 'people', why: 'how many events there are, as one number' },
  {
    file: 'appliance/recording-node.ts',
    uses: 'recorded',
    why: 'as on a node alone: asks whether a message is known; gives nothing about anybody',
  },
  {
    file: 'appliance/upgrading.ts',
    uses: 'profile',
    why: 'whether what was upgraded opens; nothing of it is kept or shown',
  },
  {
    file: 'appliance/oversee/subjects/erasure.ts',
    uses: 'knownBy',
    why: 'the ids by which systems downstream know the customer, to tell them of the erasure: a duty by law (GDPR art. 19)',
  },
  { file: 'appliance/oversee/subjects/erasure.ts', uses: 'recordsOf', why: 'numbers of the records to erase' },
  {
    file: 'appliance/oversee/subjects/holders.ts',
    uses: 'profile',
    why: 'the package of everything for the customer, who has a right to it whatever they consented to (GDPR art. 15, PIPL art. 45)',
  },
  { file: 'appliance/oversee/subjects/holders.ts', uses: 'timeline', why: 'as profile, for the package' },
  { file: 'appliance/oversee/subjects/holders.ts', uses: 'explain', why: 'as profile, for the package' },
  {
    file: 'appliance/oversee/subjects/retention.ts',
    uses: 'eventsBefore',
    why: 'looks only whether an event is old enough to go: storage limitation is a duty by law (GDPR art. 5(1)(e), PIPL art. 19)',
  },
  {
    file: 'appliance/oversee/subjects/subjects.ts',
    uses: 'recordsOf',
    why: 'numbers of the records that a package or request is about',
  },
  { file: 'appliance/cli/start.ts', uses: 'find', why: 'as find over HTTP, by the operator who holds the passphrase' },
  { file: 'appliance/cli/start.ts', uses: 'profile', why: 'as find over HTTP, by the operator who holds the passphrase' },
  { file: 'appliance/sample-loading.ts', uses: 'persons', why: 'looks among people who do not exist for one worth showing' },
  { file: 'appliance/sample-loading.ts', uses: 'profile', why: 'looks among people who do not exist for one worth showing' },
  { file: 'appliance/sample-score.ts', uses: 'personOf', why: 'compares people who do not exist with their truth' },
];

/** What the record's front door offers. What is not here is new, and belongs into one of the two. */
const givesPersonalData = [
  'consentPages',
  'consentsOf',
  'eventsBefore',
  'explain',
  'find',
  'knownBy',
  'matchPersons',
  'personOf',
  'persons',
  'profile',
  'profileWithTimeline',
  'recordsOf',
  'timeline',
  'watchByHand',
];
const givesNone = [
  ...['close', 'constructor', 'flush', 'recorded', 'reindexAgain', 'reindexed', 'reindexing', 'settled'],
  // Of several nodes: how far all is written, and numbers of records that another one changed.
  ...['moveMark', 'changedElsewhere'],
  // These write what somebody decided or said.
  ...['merge', 'retract', 'setByHand', 'tellByHand', 'unmerge'],
  // These take away, or give numbers and keyed hashes to whoever does.
  ...['erase', 'settleAfterErasing', 'namedRecords', 'unclaimed', 'keysOf', 'removeEvents', 'inactiveSince', 'stillInactive'],
];

const isTest = new RegExp(testPatterns.join('|'));
const used = new RegExp(
  `\\bprofiles(?:\\(\\))?\\.(${[...givesPersonalData, 'people', 'recorded', 'reviews'].join('|')})\\b`,
  'g',
);
const asking = /consent(?:\(\))?\.(?:mayUse|mayUseAll|mayUseMany|allowing)\(/;

test('the front door of the record gives personal data by these methods and no others', () => {
  assert.deepEqual(Object.getOwnPropertyNames(Profiles.prototype).sort(), [...givesPersonalData, ...givesNone].sort());
});

test('each place that uses personal data asks the gate, or says why not', () => {
  const found = new Set<string>();
  for (const path of sourceFiles(projectRoot)) {
    if (!path.startsWith('appliance/') || !path.endsWith('.ts') || isTest.test(path)) continue;
    const text = readFileSync(join(projectRoot, path), 'utf8');
    for (const [, method] of text.matchAll(used)) found.add(`${path} ${method}`);
  }
  assert.deepEqual([...found].sort(), places.map(({ file, uses }) => `${file} ${uses}`).sort());
  for (const place of places) {
    if ('why' in place) assert.ok(place.why.length > 5);
    else {
      assert.match(readFileSync(join(projectRoot, place.file), 'utf8'), asking, place.file);
      for (const region of ['CN', 'DE']) assert.ok(purposeTable({}, region).purposes.has(place.asks), place.asks);
    }
  }
});
