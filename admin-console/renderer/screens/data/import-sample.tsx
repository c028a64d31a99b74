// The first rows of a file as they stand in it.

import { Table } from 'antd';
import { space } from '../../design/design.ts';
import { useSay } from '../../words/words.ts';
import type { Cell } from './import-csv.ts';
import type { SampleRow, Shape } from './import-reading.ts';

const words = { line: { en: 'Line', zh: '行' } } as const;
const shownRows = 5;
/** Of a wide file, as many as somebody looks at. */
const shownColumns = 40;

export const cellText = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);

export function Sample({ shape: { header, sample } }: { shape: Shape }) {
  const say = useSay();
  return (
    <Table<SampleRow>
      size="small"
      rowKey="line"
      pagination={false}
      scroll={{ x: 'max-content' }}
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
  );
}
