// What a customer looked at: pages and products, the latest ones, and devices seen.

import type { Event } from '../../../core/model/event.ts';
import { asText, dictionary, isLater, keepLatest, type Stamp, stampOf } from './stamp.ts';

export const browsingLimits = { pages: 20, products: 30 } as const;

export type Viewed = Stamp & { title?: string; views: number };
export type BrowsingState = { pageViews: number; pages: { [page: string]: Viewed }; products: { [product: string]: Viewed } };

export const browsing = {
  empty: (): BrowsingState => ({ pageViews: 0, pages: dictionary(), products: dictionary() }),

  fold(state: BrowsingState, event: Event): void {
    if (event.kind === 'page' || event.kind === 'screen') {
      state.pageViews += 1;
      const page = asText(event.properties?.path ?? event.properties?.url) ?? event.name;
      const title = asText(event.properties?.title) ?? event.name;
      if (page !== undefined)
        put(state.pages, page.slice(0, 300), { ...stampOf(event), views: 1, ...(title !== undefined && { title }) });
      keepLatest(state.pages, browsingLimits.pages);
    } else if (event.kind === 'track' && event.name === 'Product Viewed') {
      const product = asText(event.properties?.product_id ?? event.properties?.sku);
      const title = asText(event.properties?.name);
      if (product !== undefined)
        put(state.products, product.slice(0, 200), { ...stampOf(event), views: 1, ...(title !== undefined && { title }) });
      keepLatest(state.products, browsingLimits.products);
    }
  },

  combine(left: BrowsingState, right: BrowsingState): BrowsingState {
    const pages = dictionary(left.pages);
    for (const [page, viewed] of Object.entries(right.pages)) put(pages, page, viewed);
    keepLatest(pages, browsingLimits.pages);
    const products = dictionary(left.products);
    for (const [product, viewed] of Object.entries(right.products)) put(products, product, viewed);
    keepLatest(products, browsingLimits.products);
    return { pageViews: left.pageViews + right.pageViews, pages, products };
  },
};

function put(all: { [key: string]: Viewed }, key: string, viewed: Viewed): void {
  const mine = all[key];
  if (!mine) {
    all[key] = viewed;
    return;
  }
  const later = isLater(viewed, mine) ? viewed : mine;
  all[key] = {
    atMs: later.atMs,
    by: later.by,
    views: mine.views + viewed.views,
    ...(later.title !== undefined && { title: later.title }),
  };
}
