// What answers about rounds are made of, for the OpenAPI document: programs and the console take their types from here. Properties that are not named
// here still go out.

import { atMs, count, id, listOf, number, numbers, one, open, shape, text, words, yes } from '../shown-schemas.ts';

const feature = shape({ name: text, kind: one('number', 'category') }, { levels: listOf(text), limit: number, of: id });
const question = shape({ name: text, horizonDays: count, activeDays: count });
export const roundSchema = {
  ...shape({ label: shape({ name: text, positive: text }), features: listOf(feature) }, { question }),
  description: 'What is learned from which columns.',
};
export const columnsShown = shape(
  { asOfMs: atMs, features: listOf(feature) },
  { label: shape({ name: text, positive: text }), question },
);
export const dryRun = shape({ rows: count, positives: count }, { persons: count, missing: numbers(), beyond: numbers() });
const terms = {
  ...shape(
    {
      members: listOf(id),
      coordinator: id,
      custodian: id,
      purpose: text,
      reason: text,
      schema: roundSchema,
      learn: shape(
        { kind: one('trees', 'logistic', 'averaging', 'vertical-trees') },
        { optimiser: text, trees: count, maxDepth: count, rounds: count },
      ),
      against: one('malicious', 'semi-honest'),
      agreement: text,
      encryption: text,
      patienceMs: number,
      officers: count,
      minRows: count,
    },
    { privacy: shape({ unit: one('row', 'member'), epsilon: number, delta: number, honest: count }) },
  ),
  description: 'What all approve.',
};
const member = shape(
  { member: id, name: words, accepted: yes, officers: listOf(shape({ officer: text, reason: text, atMs, to: text })) },
  {
    leftOut: open,
    metrics: { ...numbers(), description: 'On its own holdout.' },
    holdout: count,
    vote: shape({ adopt: yes, officer: text, reason: text }),
  },
);
const key = shape({ shares: count, needed: count, unfetched: count, locked: yes, given: count });
export const round = shape(
  {
    round: id,
    federation: id,
    me: id,
    phase: {
      ...one('asked', 'agreeing', 'training', 'custody_locked', 'voting', 'ended'),
      description:
        'asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.',
    },
    terms,
    proposer: id,
    members: listOf(member),
    custodian: {
      ...shape({ member: id, name: words, agreed: yes }, { key }),
      description:
        'Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it.',
    },
    decide: listOf(one('acceptance', 'custody', 'share', 'unlock', 'vote')),
    progress: {
      ...shape(
        { sums: count, exchanges: count, given: listOf(id), awaited: listOf(id) },
        { stage: one('contributing', 'unmasking', 'opening', 'exchanging'), waitingFor: text },
      ),
      description: 'How many sums were opened, whose part of the next is there, and who is waited for.',
    },
    createdAtMs: atMs,
  },
  {
    ended: shape({ result: one('adopted', 'rejected', 'stopped') }, { by: id, code: text, reason: text }),
    why: shape({ message: words, next: words }),
    served: {
      ...shape({}, { model: text, version: count, kept: text, where: text, why: words }),
      description: 'Where its model was adopted: the model and version that it became here, or why it is kept as a file alone.',
    },
    exposed: { ...number, description: 'Of a vertical round, at a partner: the share of cells that sums of few rows told.' },
  },
);
export const roundFile = shape(
  {
    name: text,
    by: text,
    label: text,
    rows: { ...count, description: 'Behind the header.' },
    taken: count,
    rejected: { ...numbers(count), description: 'By code, how many rows cannot be used.' },
    rejects: {
      ...listOf(shape({ line: count, code: text })),
      description: 'Lines and codes of the first thousand; never what stands in them.',
    },
    columns: listOf(shape({ name: text, kind: text }, { missing: count })),
    untilMs: { ...atMs, description: 'Until when it is kept; longer where a round needs it.' },
  },
  {},
);
/** A text in the place of a number that its reader may not see. */
export const score = shape({ id: text, score: { type: ['number', 'string'] } });
