// A table of many rows: only those in sight are drawn, columns keep their places, and an empty one says what to do. Where it is wider than its place it
// is scrolled by keyboard too.

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
  const box = useScrollable();
  if (dataSource.length === 0 && !table.loading) return <Nothing what={none} {...(next && { next })} />;
  const many = dataSource.length > virtualRows;
  return (
    <div ref={box} className="hf-rows">
      <Table<Row>
        size="small"
        pagination={false}
        {...(many ? { virtual: true, scroll: { x: 900, y: height } } : { scroll: { x: 'max-content' as const } })}
        {...table}
      />
    </div>
  );
}

/** What scrolls sideways in it can be reached by the tab key while it does. */
function useScrollable() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      for (const content of element.querySelectorAll('.ant-table-content')) {
        if (content.scrollWidth > content.clientWidth) content.setAttribute('tabindex', '0');
        else content.removeAttribute('tabindex');
      }
      // A copy of the heads by which their width is measured: nobody sees it, so the keys pass it by.
      for (const measured of element.querySelectorAll('.ant-table-measure-row')) measured.setAttribute('inert', '');
    };
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => resized.disconnect();
  });
  return box;
}
