// A strict reader of the HTML that our own templates write: every tag closed in its order, attributes in quotes, ids once. It is no browser;
// what it refuses is a slip in a template, and what it finds as an element is what a browser would.

import assert from 'node:assert/strict';

export type Element = { readonly name: string; readonly attributes: ReadonlyMap<string, string> };

const voids = new Set(['meta', 'link', 'input', 'br', 'hr', 'img']);
const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y;

/** @returns the elements in their order; throws where the markup is not whole */
export function elementsOf(page: string): Element[] {
  assert.ok(page.startsWith('<!doctype html>\n'));
  const found: Element[] = [];
  const open: string[] = [];
  let at = '<!doctype html>'.length;
  while (at < page.length) {
    const next = page.indexOf('<', at);
    const text = page.slice(at, next < 0 ? page.length : next);
    assert.ok(!/>/.test(text), `a bracket in text: ${text.slice(0, 80)}`);
    for (const [entity] of text.matchAll(/&[^;\s]{0,12};?/g)) assert.match(entity, /^&(amp|lt|gt|quot|#39|#96);$/);
    if (next < 0) break;
    tag.lastIndex = next;
    const match = tag.exec(page);
    assert.ok(match, `not a tag: ${page.slice(next, next + 80)}`);
    const [whole, closing, name, attributes, selfClosing] = match as unknown as [string, string, string, string, string];
    at = next + whole.length;
    if (closing) assert.equal(open.pop(), name, `closed out of order before ${page.slice(at, at + 60)}`);
    else {
      found.push({ name, attributes: attributesOf(attributes) });
      if (!voids.has(name) && !selfClosing) open.push(name);
      if (name === 'style') at = page.indexOf('</style>', at);
    }
  }
  assert.deepEqual(open, []);
  return found;
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    assert.ok(!found.has(name!), `attribute ${name} twice`);
    found.set(name!, value ?? '');
  }
  return found;
}

/** What every card must be: ids once, references that lead somewhere, headings in steps, tables with headers, nothing fetched, nothing run. */
export function checkPage(page: string): Element[] {
  const elements = elementsOf(page);
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
  assert.equal(new Set(ids).size, ids.length, 'an id twice');
  for (const { name, attributes } of elements) {
    for (const key of ['aria-labelledby', 'for'] as const) {
      const target = attributes.get(key);
      if (target !== undefined) assert.ok(ids.includes(target), `${key} leads nowhere: ${target}`);
    }
    const href = attributes.get('href');
    if (name === 'a') assert.ok(href?.startsWith('#') && ids.includes(href.slice(1)), `leads nowhere: ${href}`);
    if (name === 'link') assert.equal(href, 'data:,');
    for (const key of attributes.keys()) assert.ok(!/^(on|src$|srcset$|action$|xlink)/.test(key), `attribute ${key}`);
    assert.ok(!['script', 'img', 'iframe', 'object', 'embed', 'form', 'base'].includes(name), `element ${name}`);
    if (name === 'svg') assert.equal(attributes.get('aria-hidden'), 'true', 'a picture is told by its words');
    if (attributes.get('role') === 'img') assert.ok(attributes.has('aria-labelledby'));
  }
  let level = 0;
  for (const { name } of elements) {
    if (!/^h[1-6]$/.test(name)) continue;
    assert.ok(Number(name[1]) <= level + 1, `a heading ${name} after level ${level}`);
    level = Number(name[1]);
  }
  const countOf = (name: string) => elements.filter((element) => element.name === name).length;
  assert.equal(countOf('h1'), 1);
  assert.equal(countOf('table'), countOf('caption'));
  for (const { name, attributes } of elements) if (name === 'th') assert.ok(attributes.has('scope'));
  assert.equal(/.{0,40}(url\(|@import|NaN|undefined|Infinity|\[object).{0,20}/.exec(page)?.[0], undefined);
  assert.deepEqual([...new Set(page.match(/\w+:\/\/[^\s"'<]+/g) ?? [])], ['http://www.w3.org/2000/svg']);
  return elements;
}
