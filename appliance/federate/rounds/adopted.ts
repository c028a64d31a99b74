// What becomes of a model that the members of a round adopted: a version of this node's model of the question that the round was about, which serves
// once a person promotes it; or, where the node cannot score with it, a file that is kept, and why.

import { createHash } from 'node:crypto';
import type { RoundSession } from '../../../federation/participant/round/session.ts';
import type { Book } from '../../../federation/protocol/durable.ts';
import type { Membership } from '../../../federation/protocol/membership.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { Fault, type Words } from '../../core/errors.ts';
import { startPool } from '../../core/pool/pool.ts';
import type { Adopted, Lineage, TogetherOrder } from '../../decide/models/models.ts';
import { questionOf } from '../../decide/models/models.ts';
import type * as tasks from './adopted.task.ts';
import type { RoundTable } from './round-table.ts';

/** What came of a round on this node. */
export const servedCollection = 'round-served';
export type Served = Adopted | { readonly kept: KeptWhy; readonly where?: string };
export type KeptWhy = keyof typeof keptWords;

export const keptWords = {
  columns: {
    en: 'No side can score alone: the model lies in parts with who has the columns. The owner of the labels has the scores of this round.',
    zh: '任何一方无法单独评分：模型按列分存于各方。标签方持有本轮评分。',
  },
  neural: {
    en: 'Neural models are kept as files: this node has no way to score its customers with one.',
    zh: '神经网络模型仅作为文件保留：本节点暂不支持用其为客户评分。',
  },
  no_question: {
    en: 'The round was about a file, not a question that this node asks of its customers: the model is kept as a file.',
    zh: '本轮训练基于文件而非本节点的预置问题：模型作为文件保留。',
  },
  no_rows: {
    en: 'This node brought no rows of its own: the model is kept as a file.',
    zh: '本节点未提供数据：模型作为文件保留。',
  },
  model_invalid: {
    en: 'The model is none that this node can score with: it is kept as a file.',
    zh: '该模型无法用于本节点评分：作为文件保留。',
  },
  refused: {
    en: 'The registry of models did not take it, as it is full or has another model of this name: it is kept as a file.',
    zh: '模型库未接受该模型（数量已满或名称已被占用）：作为文件保留。',
  },
} as const satisfies { readonly [why: string]: Words };

export type ServeParts = {
  readonly book: Book;
  /** @throws {Fault} `limit_reached`, `conflict` */
  serve(order: TogetherOrder): Promise<Adopted>;
  /** Whether customers are asked about a purpose of this name here. */
  isDeclared(purpose: string): boolean;
};
export type AdoptedRound = {
  readonly federation: string;
  readonly session: RoundSession;
  readonly membership: Membership;
  /** As the members have it. */
  readonly model: Uint8Array;
  /** Rows of this node; undefined where it brought none, or has none any more. */
  readonly table: RoundTable | undefined;
  readonly persons: number;
};

/** Called again after a kill it comes to the same version. */
export async function serveAdopted(parts: ServeParts, adopted: AdoptedRound): Promise<Served> {
  const { round } = adopted.session;
  const before = await servedOf(parts.book, round);
  if (before) return before;
  const served = await versionOf(parts, adopted);
  await parts.book.write([{ put: [servedCollection, round, served] }]);
  return served;
}

export async function servedOf(book: Book, round: string): Promise<Served | undefined> {
  return (await book.read(servedCollection, round)) as Served | undefined;
}

async function versionOf(parts: ServeParts, adopted: AdoptedRound): Promise<Served> {
  const { session, table, persons, model } = adopted;
  const { terms } = session.board;
  const { question } = terms.schema;
  if (terms.learn.kind === 'vertical-trees') return { kept: 'columns' };
  const asked = question && questionOf(question.name);
  if (!question || !asked) return { kept: 'no_question' };
  if (!table) return { kept: 'no_rows' };
  const told = await prepared(session.round, terms, model, table);
  if ('kept' in told) return told;
  const { prepared: ready, onnx } = told;
  const declared = parts.isDeclared(terms.purpose);
  try {
    return await parts.serve({
      question,
      model: ready.model,
      ...(ready.figures && { figures: ready.figures }),
      ...(ready.baseline && { baseline: ready.baseline }),
      ...(onnx && { onnx }),
      lineage: { ...lineageOf(adopted), calibration: ready.calibration },
      ...(declared && { scoringPurpose: terms.purpose }),
      rows: {
        persons,
        rows: table.rows,
        positives: table.labels.reduce((sum, label) => sum + label, 0),
        purpose: asked.purposes.training,
      },
      atMs: terms.proposedAtMs,
    });
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 'limit_reached' && error.code !== 'conflict')) throw error;
    return { kept: 'refused', where: error.code };
  }
}

/** In a thread of its own: adoptions are rare, and rows many. */
async function prepared(round: string, { schema }: RoundTerms, model: Uint8Array, table: RoundTable) {
  const pool = startPool<typeof tasks>(new URL('./adopted.task.ts', import.meta.url), { threads: 1 });
  try {
    const order = { model: Buffer.from(model).toString('utf8'), name: round, label: schema.label.name, table };
    return await pool.run('prepareAdopted', order);
  } finally {
    await pool.close();
  }
}

function lineageOf({ federation, session, membership, model }: AdoptedRound): Omit<Lineage, 'calibration'> {
  const { board, round } = session;
  const { terms } = board;
  return {
    round,
    federation,
    transcriptHead: board.head,
    model: createHash('sha256').update(model).digest('hex'),
    purpose: terms.purpose,
    members: [...board.parties].map(([member, { model: said, out }]) => ({
      member,
      name: membership.members.get(member)?.descriptor.name ?? { en: member, zh: member },
      metrics: said?.metrics ?? {},
      holdout: said?.rows ?? 0,
      ...(out && { leftOut: true as const }),
    })),
    settings: { ...terms.learn },
    features: terms.schema.features.length,
  };
}
