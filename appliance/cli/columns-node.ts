// `holdfast columns` without a file: what the features of the node's customers hold, and their rows under pseudonyms as a file.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, type Words } from '../core/errors.ts';
import type { ColumnKind } from '../core/matrix/matrix.ts';
import { csvCell } from '../core/tables/tables.ts';
import type { ColumnSummary, FollowState, PurchasesPage, RowsPage } from '../decide/features/features.ts';
import { contentOf, kindWord } from './columns-words.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

type Options = { out?: string; at?: string; days?: true; purchases?: true; purpose: string };
type Catalogue = {
  features: { name: string; label: Words; group: string; kind: ColumnKind; missing?: Words }[];
  groups: { [group: string]: Words };
  state: FollowState;
};

export function runNode(context: CliContext, options: Options): Promise<void> {
  return withNode(context, (api) =>
    options.out === undefined ? print(context, api, options) : write(context, api, options.out, options),
  );
}

async function print(context: CliContext, api: Api, { purpose }: Options): Promise<void> {
  const { words } = context;
  const catalogue = await api.call<Catalogue>('GET', '/api/features');
  const summary = await api.call<{ customers: number; features: ColumnSummary[] }>('GET', '/api/features/summary', {
    purpose,
    timeoutMs: longMs,
  });
  const summaryOf = new Map(summary.features.map((column) => [column.name, column]));
  context.answer({ ...summary, catalogue: catalogue.features }, () => {
    context.print(
      words({
        en: `${summary.customers} customers may be used for ${purpose}`,
        zh: `${summary.customers} 位客户可用于 ${purpose}`,
      }),
    );
    for (const [group, label] of Object.entries(catalogue.groups)) {
      const own = catalogue.features.filter((feature) => feature.group === group);
      if (own.length === 0) continue;
      context.print(`\n${words(label)}`);
      context.printTable(
        [
          { title: words({ en: 'feature', zh: '特征' }) },
          { title: words({ en: 'what it is', zh: '含义' }) },
          { title: words({ en: 'kind', zh: '类型' }) },
          { title: words({ en: 'missing', zh: '缺失' }), align: 'right' },
          { title: words({ en: 'what is in it', zh: '内容' }) },
        ],
        own.map(({ name, label, kind }) => {
          const column = summaryOf.get(name);
          return [name, words(label), kindWord(context, kind), String(column?.missing ?? ''), column ? contentOf(column) : ''];
        }),
      );
    }
  });
}

const rowOf = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\n`;

/** Pages of rows, the first with the header. */
async function* pagesOf(
  api: Api,
  { at, days, purchases, purpose }: Options,
): AsyncGenerator<{ header: string[]; rows: string[][] }> {
  const moment = at === undefined ? undefined : new Date(at);
  if (moment && Number.isNaN(moment.getTime())) throw new Fault('bad_request', '--at: a date or a time, such as 2026-05-01');
  for (let after: number | undefined = -1; after !== undefined; ) {
    const common = { purpose, timeoutMs: longMs };
    if (purchases) {
      const page: PurchasesPage = await api.call('GET', '/api/features/purchases', { query: { after, limit: 1_000 }, ...common });
      const rows = page.purchases.map(({ person, at: day, amount }) => [person, day, String(amount)]);
      yield { header: ['customer', 'date', 'amount'], rows };
      after = page.next;
      continue;
    }
    const query = { after, limit: 2_000, days: days === true, ...(moment && { at: moment.toISOString() }) };
    const page: RowsPage = await api.call('GET', '/api/features/rows', { query, ...common });
    const rows = page.rows.map(({ person, values }) => [person, ...values.map((value) => (value === null ? '' : String(value)))]);
    yield { header: ['person', ...page.columns], rows };
    after = page.next;
  }
}

async function write(context: CliContext, api: Api, out: string, options: Options): Promise<void> {
  const path = resolve(context.io.cwd, out);
  const file = createWriteStream(path, { mode: 0o600 });
  const opened = once(file, 'open');
  try {
    await opened;
  } catch (error) {
    throw new Fault('unreadable_file', `${out}: cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`, {
      cause: error,
    });
  }
  const progress = context.progress({ en: 'Writing', zh: '写入' });
  let written = -1;
  try {
    for await (const { header, rows } of pagesOf(api, options)) {
      if (written < 0) file.write(rowOf(header));
      for (const row of rows) file.write(rowOf(row));
      written = Math.max(0, written) + rows.length;
      progress.update(written);
    }
  } finally {
    progress.end();
    file.end();
    await once(file, 'close');
  }
  context.answer({ file: path, rows: written }, () =>
    context.print(context.words({ en: `${written} rows written to ${out}`, zh: `已将 ${written} 行写入 ${out}` })),
  );
}
