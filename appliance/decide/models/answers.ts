// What the models' routes answer, as schemas: the console's types come from these, and nothing that is not declared here leaves the node.

type Schema = { readonly [key: string]: unknown };

export const words = {
  type: 'object',
  required: ['en', 'zh'],
  properties: { en: { type: 'string' }, zh: { type: 'string' } },
} as const;
const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const maybe = { type: ['number', 'null'] } as const;
const count = { type: 'integer' } as const;
const yes = { type: 'boolean' } as const;
const list = <Items extends Schema>(items: Items) => ({ type: 'array', items }) as const;
const oneOf = <const Value extends string>(...values: Value[]) => ({ type: 'string', enum: values }) as const;

type Properties = { readonly [name: string]: Schema };
/** Those of the first are always there, those of the second may be. */
function object<Always extends Properties, Sometimes extends Properties = { readonly [name: string]: never }>(
  always: Always,
  sometimes?: Sometimes,
) {
  return {
    type: 'object' as const,
    required: Object.keys(always),
    properties: { ...always, ...sometimes } as Always & Sometimes,
  };
}

const minimum = object({ rows: count, ofEach: count });
const days = { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['own'] }] } as const;

export const question = object({
  name: text,
  title: words,
  label: words,
  population: words,
  outcome: words,
  horizonDays: days,
  activeDays: days,
  cutOffs: count,
  minimum,
  leftOut: list(text),
  purposes: object({ training: text, scoring: text }),
});

const costs = object({ falsePositive: number, falseNegative: number });
export const ask = object(
  {},
  {
    question: text,
    segment: text,
    label: text,
    positive: text,
    horizonDays: count,
    activeDays: count,
    purpose: text,
    drop: list(text),
    keep: list(text),
    costs,
    budget: oneOf('small', 'normal', 'large'),
    learners: oneOf('all', 'trees', 'linear'),
    seed: count,
    most: count,
    live: yes,
    serveFirst: yes,
  },
);

export const job = object(
  {
    id: count,
    model: text,
    ask,
    by: text,
    createdAtMs: count,
    state: oneOf('waiting', 'running', 'done', 'failed', 'cancelled'),
    attempts: count,
  },
  {
    scheduled: yes,
    startedAtMs: count,
    endedAtMs: count,
    version: count,
    code: text,
    where: text,
    said: { ...object({ message: words, next: words }), description: 'What the code means, for people.' },
    stage: oneOf('choosing', 'reading', 'training', 'keeping'),
    share: number,
    etaMs: count,
  },
);

const newest = object({ rocAuc: number, logLoss: number, rows: count, positives: count });
const figures = object({ rocAuc: number, logLoss: number, calibrationError: number }, { newest });
const schedule = object({ everyDays: count, promote: oneOf('never', 'if_better') });
const serving = object(
  { state: oneOf('reading', 'serving', 'failed'), customers: count },
  { code: text, where: text, refreshedAtMs: count, drift: number },
);
const modelParts = {
  always: {
    name: text,
    kind: oneOf('question', 'trait', 'own'),
    title: words,
    outcome: words,
    live: yes,
    ask,
    purpose: text,
    createdAtMs: count,
  },
  sometimes: {
    schedule,
    dueAtMs: { ...count, description: 'When it is trained again by its schedule.' },
    champion: { ...count, description: 'The version that serves.' },
    challenger: { ...count, description: 'The version that waits for somebody to decide.' },
    newest: { ...count, description: 'The newest version.' },
    figures: { ...figures, description: 'Of the version that serves.' },
    trainedAtMs: { ...count, description: 'Of the version that serves.' },
    together: { ...yes, description: 'The version that serves was learned with other organisations.' },
    serving,
  },
} as const;
export const model = object(modelParts.always, modelParts.sometimes);

const cutOffs = list(object({ cutOffMs: count, rows: count, positives: count }));
const story = {
  always: {
    label: words,
    population: words,
    purpose: text,
    persons: count,
    allowed: count,
    read: count,
    byCutOff: cutOffs,
    seed: count,
  },
  sometimes: { horizonDays: count, activeDays: count },
} as const;
const pair = object({ rocAuc: number, logLoss: number });
const comparison = object({
  championVersion: count,
  rows: count,
  positives: count,
  challenger: pair,
  champion: pair,
  difference: object({ value: number, low: number, high: number }),
  verdict: oneOf('better', 'worse', 'alike'),
  championHadSeen: yes,
});
const lineage = {
  ...object(
    {
      round: text,
      purpose: text,
      members: list(
        object(
          {
            member: text,
            name: words,
            metrics: { type: 'object', additionalProperties: { type: 'number' } },
            holdout: count,
          },
          { leftOut: yes },
        ),
      ),
      settings: { type: 'object', additionalProperties: true },
      calibration: oneOf('none', 'platt', 'isotonic'),
    },
    { federation: text, transcriptHead: text, model: text, features: count },
  ),
  description: 'Of a version that several organisations learned together.',
} as const;
const state = oneOf('trained', 'challenger', 'champion', 'retired');
export const version = object(
  {
    number: count,
    name: text,
    state,
    createdAtMs: count,
    history: list(object({ state, atMs: count, by: text }, { reason: text, takenBack: yes })),
  },
  {
    scoringPurpose: text,
    rows: object(story.always, story.sometimes),
    figures,
    threshold: number,
    suspects: list(text),
    comparison,
    lineage,
  },
);

const dayDrift = object({ score: number, columns: list(object({ column: text, index: number })) });
const day = object(
  { dayAtMs: count, customers: count, mean: number, counts: list(count), from: number, to: number },
  { drift: dayDrift },
);
export const modelWithVersions = object({ ...modelParts.always, versions: list(version), days: list(day) }, modelParts.sometimes);

const shift = {
  index: number,
  byChance: number,
  shift: oneOf('none', 'some', 'much'),
  parts: list(object({ name: text, expected: number, actual: number })),
} as const;
export const drift = object({
  model: text,
  version: count,
  atMs: count,
  rows: count,
  score: object(shift),
  columns: list(object({ column: text, title: words, ...shift })),
  absent: list(text),
  days: list(
    object(
      { dayAtMs: count, customers: count, mean: number },
      { score: number, columns: list(object({ column: text, index: number })) },
    ),
  ),
});

export const check = object(
  {
    ...story.always,
    rows: count,
    positives: count,
    sampled: yes,
    minimum,
    features: list(
      object(
        {
          column: text,
          title: words,
          kind: oneOf('number', 'time', 'category'),
          filled: number,
          state: oneOf('used', 'suspect', 'left_out'),
        },
        { reason: oneOf('asked', 'empty', 'constant', 'identifier', 'duplicate', 'leak'), of: text, auc: number },
      ),
    ),
  },
  story.sometimes,
);

const reasons = list(words);
const score = { score: text, value: number, version: text, atMs: count, reasons } as const;
export const scores = object({ id: text, scores: list(object(score)) });
export const top = object({ scores: list(object({ id: text, ...score })) });
export const explanations = object({
  id: text,
  explanations: list(
    object(
      {
        score: text,
        version: text,
        value: number,
        atMs: count,
        isProbability: yes,
        higherThan: { ...number, description: 'Share of those who have this score whose is lower.' },
        customers: count,
      },
      {
        explanation: {
          ...object({
            baseValue: number,
            baseProbability: number,
            margin: number,
            probability: number,
            contributions: list(
              object({ column: text, direction: oneOf('raises', 'lowers'), value: number, share: number, words, phrase: words }),
            ),
            rest: { ...number, description: 'All other features together.' },
          }),
          description: 'On the margin (log-odds): base value, contributions and rest sum to the margin.',
        },
      },
    ),
  ),
});

const measures = { rocAuc: number, logLoss: number, calibrationError: number, averagePrecision: number, brier: number } as const;
const points = list(object({ x: number, y: number, threshold: number }));
const value = { type: ['number', 'string', 'null'] } as const;
/** `kind: together` has the lineage in place of the rest; the console asks for what it finds. */
export const report = {
  ...object(
    { format: count, titles: { type: 'object', additionalProperties: words, description: 'What people call the columns.' } },
    {
      kind: text,
      data: object({
        name: text,
        rows: count,
        rejectedRows: count,
        unlabelledRows: count,
        label: object({ column: text, positive: text, negative: list(text) }),
        positives: count,
      }),
      columns: object({
        used: list(text),
        dropped: list(object({ column: text, reason: text }, { of: text, auc: number })),
        suspects: list(object({ column: text }, { auc: number, value: text, rows: count })),
      }),
      split: object({ kind: oneOf('given', 'stratified', 'time'), folds: count, seed: count }),
      crossValidation: object({
        ...measures,
        rocAucDeviation: number,
        folds: list(object({ ...measures, rows: count, positives: count })),
      }),
      baseline: object({ logistic: object(measures), prior: object({ logLoss: number }) }),
      curves: object({
        roc: points,
        precisionRecall: points,
        calibration: list(object({ from: number, to: number, rows: count, meanScore: number, positiveRate: number })),
        lift: list(object({ decile: count, rows: number, positives: number, lift: number, gain: number })),
      }),
      decision: object({
        costs,
        confusion: object({
          threshold: number,
          truePositives: count,
          falsePositives: count,
          trueNegatives: count,
          falseNegatives: count,
          precision: number,
          recall: number,
          f1: number,
        }),
      }),
      importance: list(
        object({ column: text, meanAbsShap: number, share: number, ranks: object({ best: count, worst: count }) }),
      ),
      partialDependence: list(
        object({
          column: text,
          kind: oneOf('number', 'time', 'category'),
          points: list(object({ value, mean: number, rows: count })),
        }),
      ),
      examples: list({ type: 'object', additionalProperties: true }),
      fairness: list(
        object({
          column: text,
          groups: list(
            object({
              group: text,
              rows: count,
              positiveRate: number,
              meanScore: number,
              selectedRate: number,
              recall: number,
              rocAuc: maybe,
            }),
          ),
          selectedRatio: number,
        }),
      ),
      model: object({
        features: count,
        members: list(
          object(
            { kind: oneOf('trees', 'linear'), weight: number, settings: { type: 'object', additionalProperties: value } },
            { trees: count },
          ),
        ),
        calibration: oneOf('none', 'platt', 'isotonic'),
      }),
      settings: object({ seed: count, tries: count, innerFolds: count }),
    },
  ),
  // What a later training finds besides stays readable.
  additionalProperties: true,
} as const;
