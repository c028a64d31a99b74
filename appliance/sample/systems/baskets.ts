// What goes into a basket, online and in a store: articles by taste and purse, quantities, prices, the total.

import type { JsonObject } from '../../core/model/event.ts';
import { type Article, articleOf, articles, categoryCount } from '../catalogue.ts';
import type { Drives } from '../people.ts';
import type { Rng } from '../random.ts';

export type Line = { readonly article: Article; readonly quantity: number };

/** An article that catches this person's eye. Fuller purses look at dearer things. */
export function drawArticle(rng: Rng, drives: Drives): Article {
  const category = rng.chance(0.65) ? rng.pick(drives.tastes) : rng.below(categoryCount);
  const first = articleOf(category, rng.below(10));
  const second = articleOf(category, rng.below(10));
  // The better of two with a chance that grows with the purse.
  const dearer = first.price >= second.price ? first : second;
  return rng.chance(drives.purse / (1 + drives.purse)) ? dearer : first.price >= second.price ? second : first;
}

export function drawBasket(rng: Rng, drives: Drives, first?: Article): Line[] {
  const count = 1 + Math.min(7, rng.poisson(0.9));
  const chosen = new Map<string, Line>();
  for (let i = 0; i < count; i++) {
    const article = i === 0 && first ? first : drawArticle(rng, drives);
    chosen.set(article.productId, { article, quantity: article.price < 120 ? 1 + rng.poisson(0.5) : 1 });
  }
  return [...chosen.values()];
}

/** Yuan, to the fen. */
export function yuan(amount: number): number {
  return Math.round(amount * 100) / 100;
}

export function subtotalOf(lines: readonly Line[]): number {
  return yuan(lines.reduce((sum, line) => sum + line.article.price * line.quantity, 0));
}

/** A product as Segment's ecommerce spec lists it. */
export function productOf({ article, quantity }: Line): JsonObject {
  return {
    product_id: article.productId,
    sku: article.sku,
    name: article.zh,
    name_en: article.en,
    category: article.category,
    brand: article.brand,
    price: article.price,
    quantity,
  };
}

/** The same within an order, without what the catalogue repeats. */
export function orderedOf({ article, quantity }: Line): JsonObject {
  return { product_id: article.productId, name: article.zh, category: article.category, price: article.price, quantity };
}

export const searchWords = articles.filter((_, i) => i % 4 === 0).map((article) => article.zh);
