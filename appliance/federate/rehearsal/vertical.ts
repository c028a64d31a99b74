// A vertical round on one machine: the columns of one file are dealt to two or three organisations, of which the first has the label; and beside it what
// the joined table gives, and the owner of the label alone.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { Feature } from '../../../federation/protocol/round/round-terms.ts';
import { columnOrder, type VerticalTrees } from '../../../federation/protocol/round/vertical-terms.ts';
import { Fault } from '../../core/errors.ts';
import { Boosting, joinParts, parseOwnerPart, parsePartnerPart } from '../../decide/models/boosting/boosting.ts';
import { evaluated } from '../rounds/learn-round.ts';
import { partedRows, type RoundTable, rowsOf } from '../rounds/round-table.ts';
import { verticalSettings } from '../rounds/vertical-side.ts';
import { measuredOf, Rehearsal, type RehearsalOptions, type Rehearsed, stopwatch } from './rehearse.ts';
import type { SplitColumns } from './split.ts';
import type { PartyState } from './words.ts';

export type VerticalOptions = Pick<RehearsalOptions, 'kill' | 'chance' | 'say' | 'signal'> & {
  readonly split: SplitColumns;
  readonly learn: Omit<VerticalTrees, 'owner' | 'rows'>;
};

export type VerticalRehearsed = Omit<Rehearsed, 'closeToPooled' | 'auc'> & {
  /** `alone`: the owner of the label with its own columns. */
  readonly auc: { readonly federated: number; readonly pooled: number; readonly alone: readonly number[] };
  /** By organisation. */
  readonly columns: readonly number[];
  /** By partner: the share of its cells that sums of few rows told the owner, 0 to 1. */
  readonly exposed: readonly number[];
};

const withOwner = (features: readonly Feature[], of: string) => features.map((feature) => ({ ...feature, of }));

/** @throws {Fault} bad_request for other than two or three parts */
export async function rehearseVertical(options: VerticalOptions): Promise<VerticalRehearsed> {
  const { split, say } = options;
  const { parts } = split;
  if (parts.length < 2 || parts.length > 3) throw new Fault('bad_request', `parties: expected 2 or 3, got ${parts.length}`);
  /** Places of the parts in the order of the joined table, once members have ids. */
  let order: number[] = [];
  const rehearsal = new Rehearsal({
    ...options,
    parts,
    ...{ custodian: false, lose: 0, patienceMs: 600_000 },
    proposal: (members) => {
      const [owner] = members as [string];
      const learn: VerticalTrees = { ...options.learn, owner, rows: { by: 'place' } };
      const sorted = [...members].sort();
      order = columnOrder({ members: sorted, learn }).map((member) => members.indexOf(member));
      const features = order.flatMap((at) => withOwner(parts[at]!.features, members[at]!));
      return {
        members: sorted,
        custodian: owner,
        schema: { label: split.label, features },
        learn,
        ...{ against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192' },
      };
    },
  });
  const clock = stopwatch();
  try {
    await rehearsal.begin();
    say?.({
      en: `${parts.length} organisations and a coordinator are members of one federation`,
      zh: `${parts.length} 个机构与协调方已组成联盟`,
    });
    clock.lap('joining');
    const round = await rehearsal.agree();
    clock.lap('agreeing');
    say?.({ en: 'all have agreed; training begins', zh: '各方均已同意，开始训练' });
    const before = await rehearsal.kills();
    for (const at of parts.keys()) await rehearsal.until(at, ({ asked }) => asked === true);
    clock.lap('training');
    for (const at of parts.keys()) await rehearsal.vote(at, round);
    const states: PartyState[] = [];
    for (const at of parts.keys()) states.push(await rehearsal.until(at, ({ over }) => over === true));
    clock.lap('voting');
    const transcript = await rehearsal.transcript(round);
    const models = parts.map((_, at) => rehearsal.model(at));
    if (models.some((model) => !model.equals(models[0]!))) throw new Error('rehearsal: the organisations have different models');
    const [owner, ...partners] = order.map((at) => rehearsal.model(at, 'part.json')) as [Buffer, ...Buffer[]];
    const joined = joinParts(parseOwnerPart(owner), partners.map(parsePartnerPart));
    const compared = await compare(options, order, joined);
    clock.lap('comparing');
    const said = states[0]!.metrics?.auc ?? Number.NaN;
    if (said !== compared.auc.federated) throw new Error('rehearsal: the owner said another AUC than its trees have');
    const { pooledS, ...figures } = compared;
    return {
      ...figures,
      ...measuredOf(states, before, undefined, { ...clock.seconds, pooledTraining: pooledS }),
      killed: before.length,
      lost: [],
      parties: parts.length,
      exposed: states.slice(1).map(({ exposed }) => exposed ?? Number.NaN),
      columns: parts.map(({ features }) => features.length),
      transcript,
    };
  } finally {
    rehearsal.end();
  }
}

/** @param order of the parts in the joined table */
async function compare({ split, learn }: VerticalOptions, order: readonly number[], joined: ReturnType<typeof joinParts>) {
  const boosting = new Boosting({ threads: 2 });
  const settings = verticalSettings({ ...learn, owner: '', rows: { by: 'place' } });
  const halves = (features: readonly Feature[]): [training: RoundTable, held: RoundTable] => {
    const table = split.tableOf([...features]);
    const { training, held } = partedRows(table);
    return [rowsOf(table, training), rowsOf(table, held)];
  };
  const aucOf = async (trees: typeof joined, held: RoundTable) =>
    (await evaluated(boosting, trees, held)).metrics.auc ?? Number.NaN;
  const trained = async (training: RoundTable) =>
    (await boosting.train(await boosting.bin(training, { bins: learn.bins }), training.labels, settings)).trees;
  try {
    const [training, held] = halves(order.flatMap((at) => [...split.parts[at]!.features]));
    const startMs = performance.now();
    const pooled = await trained(training);
    const pooledS = (performance.now() - startMs) / 1000;
    const [ownTraining, ownHeld] = halves(split.parts[0]!.features);
    return {
      identicalToPooled: canonicalJson(JSON.parse(JSON.stringify(pooled))) === canonicalJson(JSON.parse(JSON.stringify(joined))),
      auc: {
        federated: await aucOf(joined, held),
        pooled: await aucOf(pooled, held),
        alone: [await aucOf(await trained(ownTraining), ownHeld)],
      },
      rows: { training: training.rows, holdout: held.rows },
      pooledS,
    };
  } finally {
    await boosting.close();
  }
}
