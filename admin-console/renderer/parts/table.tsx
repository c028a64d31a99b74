// A table of many rows: only those in sight are drawn, columns keep their places, and an empty one says what to do. Where it is wider than its place it
// is scrolled by keyboard too.

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
  // As wide as its rows by the page's own sheet: told to scroll, the component would measure its columns and draw everything twice.
  const isWide = !many && table.scroll === undefined;
  const shape = many ? { virtual: true, scroll: { x: 900, y: height } } : isWide ? { tableLayout: 'auto' as const } : {};
  return (
    <div ref={scrollable} className={isWide ? 'hf-rows hf-wide' : 'hf-rows'}>
      <Table<Row> size="small" pagination={false} {...shape} {...table} />
    </div>
  );
}

/**
 * What scrolls sideways in it can be reached by the tab key while it does, and a shadow at its edge says that it goes on. Looked at when the browser has laid
 * it out, so that nothing waits for that.
 */
function scrollable(element: HTMLDivElement | null) {
  if (!element) return;
  const look = () => {
    for (const content of element.querySelectorAll('.ant-table-content')) {
      const hidden = content.scrollWidth - content.clientWidth;
      if (hidden > 0) content.setAttribute('tabindex', '0');
      else content.removeAttribute('tabindex');
      // Not of a table that stands within this one.
      if (content.closest('.hf-rows') === element) element.toggleAttribute('data-more', hidden - content.scrollLeft > 1);
      // Its rows may change while its place stays as wide.
      if (content.firstElementChild) resized.observe(content.firstElementChild);
    }
    // A copy of the heads by which their width is measured: nobody sees it, so the keys pass it by.
    for (const measured of element.querySelectorAll('.ant-table-measure-row')) measured.setAttribute('inert', '');
  };
  const resized = new ResizeObserver(look);
  resized.observe(element);
  element.addEventListener('scroll', look, { capture: true, passive: true });
  return () => {
    resized.disconnect();
    element.removeEventListener('scroll', look, { capture: true });
  };
}
