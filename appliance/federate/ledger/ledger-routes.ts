// The ledger over HTTP: what each partner was told of each dataset, what is left, and beside it how many matches it may still ask for. Names of datasets,
// members and rounds, and never anything of a customer.

import type { FastifyInstance } from 'fastify';
import { errorResponses } from '../../core/http/openapi.ts';
import type { Federate } from '../federate.ts';
import { count, id, ledger, listOf, shape } from '../shown-schemas.ts';
import type { LedgerView } from './ledgers.ts';

type Name = { readonly en: string; readonly zh: string };
export type BudgetShown = {
  readonly ledgers: readonly (LedgerView & { readonly name: Name })[];
  /** Of each partner with a ledger: matches in a time. */
  readonly matches: readonly {
    readonly partner: string;
    readonly spent: number;
    readonly limit: number;
    readonly days: number;
  }[];
};

const exampleId = '0123456789abcdef0123456789abcdef';
const example = {
  ledgers: [
    {
      ...{ dataset: 'customers', partner: exampleId, name: { en: 'South Bank', zh: '南方银行' } },
      budget: { epsilon: 10, delta: 0.000001, count: 200 },
      spent: { epsilon: 2.91, delta: 0.000001, count: 3, entries: { match: 2, statistic: 0, round: 2 } },
      left: { epsilon: 7.09, rho: 0.8, count: 197 },
      words: { en: '3 answers of 200', zh: '200 个结果中的 3 个' },
      entries: [],
    },
  ],
  matches: [{ partner: exampleId, spent: 1, limit: 6, days: 30 }],
};

const schema = {
  tags: ['federations'],
  security: [{ accessToken: [] }],
  summary: 'What each partner was told about each dataset, and what is left of its budget',
  description:
    'Rounds with noise are counted in epsilon at the delta of the budget; matches and rounds of exact sums as answers, which no epsilon covers.',
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { partner: { type: 'string', minLength: 1, maxLength: 64, description: 'The id of a member.' } },
  },
  response: {
    200: {
      description: 'As asked.',
      content: {
        'application/json': {
          schema: {
            ...shape({
              ledgers: listOf(ledger),
              matches: listOf(shape({ partner: id, spent: count, limit: count, days: count })),
            }),
            examples: [example],
          },
        },
      },
    },
    ...errorResponses(400, 401, 403, 429, 503),
  },
};

export function ledgerRoutes(scope: FastifyInstance, { federate }: { federate(): Federate }): void {
  scope.get<{ Querystring: { partner?: string } }>(
    '/api/federations/budget',
    { schema, config: { audit: { action: 'federation.budget' } } },
    async ({ query }): Promise<BudgetShown> => {
      const node = federate();
      const nameOf = (partner: string): Name => {
        const all = node.belonging.federations().flatMap(({ members }) => members);
        return all.find(({ member }) => member === partner)?.name ?? { en: partner, zh: partner };
      };
      const found = await node.ledgers.list((partner) => nameOf(partner).en || nameOf(partner).zh, query.partner);
      const ledgers = found.map((one) => ({ ...one, name: nameOf(one.partner) }));
      const matches: BudgetShown['matches'][number][] = [];
      for (const partner of new Set(ledgers.map((one) => one.partner))) {
        const { spent, limit, days } = await node.gate.budget(partner);
        matches.push({ partner, spent, limit, days });
      }
      return { ledgers, matches };
    },
  );
}
