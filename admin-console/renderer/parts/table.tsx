// A table of many rows: only those in sight are drawn, columns keep their places, and an empty one says what to do.

import { Table, type TableProps } from 'antd';
import { useEffect, useRef } from 'react';
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
  const box = useRef<HTMLDivElement>(null);
  // What scrolls sideways is scrolled by the keyboard too.
  useEffect(() => {
    for (const inner of box.current?.querySelectorAll('.ant-table-content') ?? []) inner.setAttribute('tabindex', '0');
  });
  if (dataSource.length === 0 && !table.loading) return <Nothing what={none} {...(next && { next })} />;
  const many = dataSource.length > virtualRows;
  return (
    <div ref={box}>
      <Table<Row>
        size="small"
        pagination={false}
        {...(many ? { virtual: true, scroll: { x: 900, y: height } } : { scroll: { x: 'max-content' as const } })}
        {...table}
      />
    </div>
  );
}
