// What a customer looked at: the latest page and product views, and how many there were. Kept as the views themselves, so
// that late ones find their place and two records' views add up.

import type { Event } from '../../../core/model/event.ts';
import { fieldsOf, insertLine, type Lines, mergeLines, timeOf } from './lines.ts';
import { asText, type Stamp } from './stamp.ts';

/** Views kept of each kind, the latest ones; `pageViews` counts all. */
export const browsingLimits = { pages: 20, products: 20 } as const;

/** Lines of what was viewed and its title. */
export type BrowsingState = { pageViews: number; pages: Lines; products: Lines };
/** One page or product; `views` among those kept. */
export type Viewed = { what: string; title?: string; views: number; lastAtMs: number };

export const browsing = {
  empty: (): BrowsingState => ({ pageViews: 0, pages: [], products: [] }),

  fold(state: BrowsingState, event: Event, stamp: Stamp): void {
    if (event.kind === 'page' || event.kind === 'screen') {
      state.pageViews += 1;
      const page = asText(event.properties?.path ?? event.properties?.url) ?? asText(event.name);
      const title = asText(event.properties?.title) ?? asText(event.name);
      if (page !== undefined) insertLine(state.pages, stamp, [page, title], browsingLimits.pages);
    } else if (event.kind === 'track' && event.name === 'Product Viewed') {
      const product = asText(event.properties?.product_id ?? event.properties?.sku);
      const title = asText(event.properties?.name);
      if (product !== undefined) insertLine(state.products, stamp, [product, title], browsingLimits.products);
    }
  },

  combine: (left: BrowsingState, right: BrowsingState): BrowsingState => ({
    pageViews: left.pageViews + right.pageViews,
    pages: mergeLines(left.pages, right.pages, browsingLimits.pages),
    products: mergeLines(left.products, right.products, browsingLimits.products),
  }),
};

/** Each page or product once, the one viewed last first, with the latest title given. */
export function viewedOf(views: readonly string[]): Viewed[] {
  const all = new Map<string, Viewed>();
  for (const line of views) {
    const [what = '', title] = fieldsOf(line);
    const mine = all.get(what);
    if (!mine) all.set(what, { what, ...(title !== undefined && { title }), views: 1, lastAtMs: timeOf(line) });
    else {
      mine.views += 1;
      if (mine.title === undefined && title !== undefined) mine.title = title;
    }
  }
  return [...all.values()];
}
