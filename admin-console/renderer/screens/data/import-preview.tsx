// What would become of the first rows: each value as the node would keep it beside what stands in the file, and the rows that it would refuse with the
// reason. The node tells it by its own rules; nothing is recorded.

import { Alert, Flex, Table } from 'antd';
import { type ReactNode, useContext } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone, tones } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { plural, useFormats, useSay, type Words } from '../../words/words.ts';
import type { ImportSource } from './import.tsx';
import type { Cell } from './import-csv.ts';
import type { Shape } from './import-reading.ts';
import { reasonWords } from './import-reasons.ts';
import { cellText, Sideways } from './import-sample.tsx';
import { type Mapping, mapOf, targetWords } from './import-targets.ts';

const words = {
  table: { en: 'The first rows as they would be kept', zh: '前几行的保存结果' },
  line: { en: 'Line', zh: '行' },
  outcome: { en: 'Would be', zh: '结果' },
  kept: { en: 'kept as {value}', zh: '保存为 {value}' },
  fine: { en: 'All of the first {count} rows would be taken.', zh: '前 {count} 行均可导入。' },
  oneWrong: { en: '{wrong} of the first {count} rows would not be taken.', zh: '前 {count} 行中有 {wrong} 行不会被接收。' },
  wrong: { en: '{wrong} of the first {count} rows would not be taken.', zh: '前 {count} 行中有 {wrong} 行不会被接收。' },
  wrongNext: {
    en: 'They are left aside with their reason, and the rest is imported. Go back to change what the columns mean.',
    zh: '这些行会连同原因另行保留，其余行照常导入。可返回上一步调整列映射。',
  },
  legend: {
    en: 'As it stands in the file; below it, where that differs, as it would be kept.',
    zh: '上方为文件中的值；若保存结果不同，则显示在下方。',
  },
  left: { en: 'kept as it is: {reason}', zh: '按原样保存：{reason}' },
} as const;
const outcomes: { readonly [outcome: string]: { readonly name: Words; readonly tone: 'good' | 'wait' | 'bad' } } = {
  accepted: { name: { en: 'taken', zh: '接收' }, tone: 'good' },
  quarantined: { name: { en: 'quarantined', zh: '隔离' }, tone: 'wait' },
  rejected: { name: { en: 'refused', zh: '拒绝' }, tone: 'bad' },
};

const rowsShown = 20;

export function Preview({ shape, source, mapping }: { shape: Shape; source: ImportSource; mapping: Mapping }) {
  const map = mapOf(mapping);
  const asked = useQuery({
    queryKey: ['imports', 'preview', source.id, shape.fingerprint, map, shape.encoding, shape.delimiter, shape.hasHeader],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const rows = shape.sample.slice(0, rowsShown);
      const { fingerprint, timeMs, format, delimiter, header } = shape;
      const file = { fingerprint, timeMs, format, delimiter, header: [...header] };
      const first = rows[0]?.line ?? 1;
      const { rows: told } = await unwrap(
        api.POST('/api/imports/preview', { body: { source: source.id, map, file, line: first, text: gapless(rows) }, signal }),
      );
      return told.map((row): Told => ({ ...row, cells: rows.find(({ line }) => line === row.line)?.cells ?? [] }));
    },
  });
  return <Answer of={asked}>{(rows) => <Rows rows={rows} shape={shape} mapping={mapping} />}</Answer>;
}

/** Lines count on in the node, so empty ones between rows stay empty. */
function gapless(rows: readonly { line: number; text: string }[]): string {
  const lines: string[] = [];
  const first = rows[0]?.line ?? 1;
  for (const { line, text } of rows) {
    while (first + lines.length < line) lines.push('');
    lines.push(...text.split('\n'));
  }
  return lines.join('\n');
}

type Note = { readonly where: string; readonly reason: string };
type Told = {
  readonly line: number;
  readonly outcome: string;
  readonly reason?: string;
  readonly where?: string;
  readonly event?: { readonly [name: string]: unknown };
  readonly notes?: readonly Note[];
  readonly cells: readonly Cell[];
};

function Rows({ rows, shape, mapping }: { rows: readonly Told[]; shape: Shape; mapping: Mapping }) {
  const say = useSay();
  const wrong = rows.filter(({ outcome }) => outcome !== 'accepted').length;
  const columns = shape.header.flatMap((column, at) => {
    const to = mapping.columns[column];
    return to === undefined ? [] : [{ column, at, to }];
  });
  const counts = { wrong, count: rows.length };
  return (
    <Flex vertical gap={space.medium}>
      {wrong === 0 ? (
        <Alert type="success" showIcon title={say(words.fine, counts)} />
      ) : (
        <Alert
          type="warning"
          showIcon
          title={say(plural(wrong, words.oneWrong, words.wrong), counts)}
          description={say(words.wrongNext)}
        />
      )}
      <Text type="secondary">{say(words.legend)}</Text>
      <Sideways label={words.table}>
        <Table<Told>
          size="small"
          rowKey="line"
          pagination={false}
          dataSource={[...rows]}
          columns={[
            { title: say(words.line), dataIndex: 'line', align: 'right', width: 64 },
            { title: say(words.outcome), width: 200, render: (_, row) => <Outcome row={row} /> },
            ...columns.map(({ column, at, to }) => ({
              key: column,
              title: (
                <>
                  <div>{say(targetWords(to))}</div>
                  <Text type="secondary">{column}</Text>
                </>
              ),
              render: (_: unknown, row: Told) => <Value raw={cellText(row.cells[at])} row={row} to={to} />,
            })),
          ]}
        />
      </Sideways>
    </Flex>
  );
}

function Outcome({ row: { outcome, reason, where } }: { row: Told }) {
  const say = useSay();
  const known = outcomes[outcome];
  return (
    <>
      <Mark tone={known?.tone}>{known ? say(known.name) : outcome}</Mark>
      {reason !== undefined && (
        <div>
          <Text type="secondary">
            {where !== undefined && `${say(targetWords(where))}: `}
            {say(reasonWords(reason))}
          </Text>
        </div>
      )}
    </>
  );
}

function Value({ raw, row: { event, notes }, to }: { raw: string; row: Told; to: string }) {
  const say = useSay();
  const formats = useFormats();
  const kept = event && (to === 'timestamp' ? formats.moment(Number(event.occurredAtMs)) : valueAt(event, to));
  const shown = kept === undefined ? '' : cellText(kept as Cell);
  const note = notes?.find(({ where }) => where === to || where === `context.${to}`);
  const same = shown === '' || shown === raw.trim();
  return (
    <>
      <div>{raw}</div>
      {!same && (
        <Toned tone="good" label={say(words.kept, { value: shown })}>
          → {shown}
        </Toned>
      )}
      {note && <Toned tone="wait">{say(words.left, { reason: say(reasonWords(note.reason)) })}</Toned>}
    </>
  );
}

function Toned({ tone, label, children }: { tone: Tone; label?: string; children: ReactNode }) {
  const { dark } = useContext(ModeContext);
  const [color] = tones[tone][dark ? 'dark' : 'light'];
  return (
    <div style={{ color }} {...(label !== undefined && { role: 'note', 'aria-label': label })}>
      {children}
    </div>
  );
}

/** Where an event has what a column was mapped to: traits of events stand in their context. */
function valueAt(event: { readonly [name: string]: unknown }, to: string): unknown {
  const ways = [to, `context.${to}`, to.replace(/^properties\./, 'traits.')];
  for (const way of ways) {
    let value: unknown = event;
    for (const part of way.split('.'))
      value = typeof value === 'object' && value !== null ? (value as { [name: string]: unknown })[part] : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
