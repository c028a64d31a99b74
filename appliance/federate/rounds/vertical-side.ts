// A side's own part of a vertical round, over a table of its own columns: what the owner of the labels trains on, what a partner answers from, and
// the part of the model that each keeps.

import type { OwnerSide, PartnerSide, PartnerTrees } from '../../../federation/participant/round/vertical/ports.ts';
import type { RoundSchema, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { partnersOf, type VerticalTrees } from '../../../federation/protocol/round/vertical-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import {
  type Boosting,
  type OwnerPart,
  partBytes,
  type Settings,
  VerticalPartner,
} from '../../decide/models/boosting/boosting.ts';
import { metricsOf } from './learn-round.ts';
import { partedPlaces, type RoundTable, rowsOf } from './round-table.ts';

export const verticalOf = ({ learn }: Pick<RoundTerms, 'learn'>): VerticalTrees => {
  if (learn.kind !== 'vertical-trees') throw new RangeError(`learn: expected vertical-trees, got ${learn.kind}`);
  return learn;
};

export function verticalSettings(learn: VerticalTrees): Partial<Settings> {
  const { kind: _kind, owner: _owner, rows: _rows, bins: _bins, exposedMost: _most, ...settings } = learn;
  return { objective: 'logistic', rowSample: 1, earlyStoppingTrees: 0, ...settings };
}

/** The schema as one side has it: its own columns. */
export const ownSchema = ({ schema }: Pick<RoundTerms, 'schema'>, member: string): RoundSchema => ({
  ...schema,
  features: schema.features.filter(({ of }) => of === member),
});

type Side = {
  readonly terms: RoundTerms;
  /** Own columns; persons are its rows. */
  readonly table: RoundTable;
  readonly boosting: Boosting;
  readonly threads?: number;
};

/**
 * @param positions by partner, rows of the table; -1 where none may take part
 * @param scored hears the margins (log-odds) of all rows when the trees are there
 */
export function ownerSide(
  { terms, table, boosting, threads = 1 }: Side,
  positions: readonly Int32Array[],
  scored: (persons: Int32Array, margins: Float64Array) => Promise<void> = async () => undefined,
): OwnerSide {
  const learn = verticalOf(terms);
  return {
    positions,
    parted: partedPlaces,
    learn: async ({ persons, training, partners, ports, splits, salt, signal }) => {
      const all = rowsOf(table, Uint32Array.from(persons));
      const own = rowsOf(all, firstRows(training));
      if (new Set(own.labels).size < 2) throw new ProtocolFault('label_constant', terms.schema.label.name);
      const binned = await boosting.bin(own, { bins: learn.bins, threads, signal });
      const trained = await told(partnersOf({ members: terms.members, learn }), () =>
        boosting.trainVertical(binned, own.labels, verticalSettings(learn), { partners, ports, threads, signal }),
      );
      const part: OwnerPart = { ...trained, salt };
      const bits = await splits();
      const margins = await told(partnersOf({ members: terms.members, learn }), () =>
        boosting.partMargins(part, all, bits, { signal }),
      );
      await scored(persons, margins);
      const held = { margins: margins.slice(training), labels: all.labels.slice(training) };
      const { metrics, rows } = held.labels.length > 0 ? metricsOf(held.margins, held.labels) : { metrics: {}, rows: 0 };
      return { part: partBytes(part), metrics, rows };
    },
  };
}

/**
 * @param positions rows of the table; -1 where none may take part
 * @param told hears, when the trees are there, what share of its cells sums of few rows have told
 */
export function partnerSide(
  { terms, table, boosting, threads = 1 }: Side,
  positions: Int32Array,
  told: (exposed: number) => Promise<void> = async () => undefined,
): PartnerSide {
  const learn = verticalOf(terms);
  return {
    positions,
    begin: async (persons, training) => {
      const all = rowsOf(table, Uint32Array.from(persons));
      const binned = await boosting.bin(rowsOf(all, firstRows(training)), { bins: learn.bins, threads });
      return treesOf(new VerticalPartner(binned), all, boosting, told);
    },
  };
}

const firstRows = (rows: number) => Uint32Array.from({ length: rows }, (_, row) => row);

function treesOf(
  partner: VerticalPartner,
  all: RoundTable,
  boosting: Boosting,
  heard: (exposed: number) => Promise<void>,
): PartnerTrees {
  const { bins } = partner;
  return {
    bins,
    get exposed() {
      return partner.exposed;
    },
    tree: (index) => refusing(() => partner.tree(index)),
    columns: (node, columns) =>
      refusing(() => {
        const binned = partner.binsOf(node);
        return columns.map((column) => ({ bins: binned[column]!, count: bins[column]! }));
      }),
    rowsOf: (node) => refusing(() => partner.rowsOf(node)),
    divide: (node, column, bin, missingLeft) => refusing(() => partner.divide(node, column, bin, missingLeft)),
    divided: (node, left, right, bits) => refusing(() => partner.divided(node, left, right, bits)),
    finish: async (salt) => {
      await heard(partner.exposed);
      const part = partner.part(salt);
      return { part: partBytes(part), splits: await boosting.splitBits(part, all) };
    },
  };
}

/** What is not of this training is what the owner asked for. */
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault && error.code === 'bad_request') throw new RangeError(error.where, { cause: error });
    throw error;
  }
}

/** Answers that the trainer refuses, in the protocol's words: whose, and no number of it. */
async function told<Result>(partners: readonly string[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'bad_request') throw error;
    const at = /^partners\[(\d)\]/.exec(error.where ?? '')?.[1];
    if (at === undefined) throw error;
    throw new ProtocolFault('exchange_wrong', `trees: ${partners[Number(at)]}`, error);
  }
}
