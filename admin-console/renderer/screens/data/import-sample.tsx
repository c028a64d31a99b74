// The first rows of a file as they stand in it.

import { Table } from 'antd';
import type { ReactNode } from 'react';
import { space } from '../../design/design.ts';
import { useSay, type Words } from '../../words/words.ts';
import type { Cell } from './import-csv.ts';
import type { SampleRow, Shape } from './import-reading.ts';

const words = {
  first: { en: 'The first rows', zh: '前几行' },
  line: { en: 'Line', zh: '行' },
} as const;
const shownRows = 5;
/** Of a wide file, as many as somebody looks at. */
const shownColumns = 40;

export const cellText = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);

export function Sample({ shape: { header, sample } }: { shape: Shape }) {
  const say = useSay();
  return (
    <Sideways label={words.first}>
      <Table<SampleRow>
        size="small"
        rowKey="line"
        pagination={false}
        style={{ marginTop: space.small }}
        dataSource={sample.slice(0, shownRows)}
        columns={[
          { title: say(words.line), dataIndex: 'line', width: 64, align: 'right' },
          ...header.slice(0, shownColumns).map((name, at) => ({
            key: String(at),
            title: name,
            ellipsis: true,
            width: 160,
            render: (_: unknown, { cells }: SampleRow) => cellText(cells[at]),
          })),
        ]}
      />
    </Sideways>
  );
}

/** A wide table scrolls by itself, by keyboard too. */
export function Sideways({ label, children }: { label: Words; children: ReactNode }) {
  const say = useSay();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section tabIndex={0} aria-label={say(label)} style={{ overflowX: 'auto' }}>
      <div style={{ minWidth: 'max-content' }}>{children}</div>
    </section>
  );
}
