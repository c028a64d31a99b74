// A table of many rows: only those in sight are drawn, columns keep their places, and an empty one says what to do.

import { Table, type TableProps } from 'antd';
import type { Words } from '../words/words.ts';
import { Nothing } from './states.tsx';

/** From so many rows on, only those in sight are drawn. */
const virtualRows = 100;

export function Rows<Row extends object>({
  none,
  next,
  height = 480,
  ...table
}: TableProps<Row> & { none: Words; next?: Words; height?: number }) {
  const { dataSource = [] } = table;
  if (dataSource.length === 0 && !table.loading) return <Nothing what={none} {...(next && { next })} />;
  const many = dataSource.length > virtualRows;
  return (
    <Table<Row>
      size="small"
      pagination={false}
      {...(many ? { virtual: true, scroll: { x: 900, y: height } } : { scroll: { x: 'max-content' as const } })}
      {...table}
    />
  );
}
