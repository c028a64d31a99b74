// The pieces that sections are made of: headings, tables that scroll inside themselves, pictures with a caption and words for those who cannot
// see them, figures in a row, bars.

import { both, type Html, html, nothing, type Text } from './markup.ts';
import { width } from './numbers.ts';
import { say, type Word } from './words.ts';

export const sectionIds = [
  'verdict',
  'purpose',
  'figures',
  'ranking',
  'calibration',
  'decision',
  'importance',
  'dependence',
  'examples',
  'fairness',
  'columns',
  'members',
  'limits',
] as const;
export type SectionId = (typeof sectionIds)[number];

export function section(id: SectionId, lead: Text | undefined, ...body: readonly Html[]): Html {
  return headed(id, say(id), lead, ...body);
}

/** @param id of the page, in small letters and dashes */
export function headed(id: string, heading: Text, lead: Text | undefined, ...body: readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${both(heading)}</h2>
${lead ? html`<p class="lead">${both(lead)}</p>` : nothing}
${body}
</section>`;
}

export type Cell = { readonly content: Html; readonly numeric?: boolean; readonly minor?: boolean; readonly wide?: boolean };
export const words = (content: Html | Text): Cell => ({ content: 'html' in content ? content : both(content) });
export const figure = (text: string): Cell => ({ content: html`${text}`, numeric: true });
/** Left out where the screen is narrow. */
export const minor = (cell: Cell): Cell => ({ ...cell, minor: true });

const classesOf = (cell: Cell) =>
  [cell.numeric ? 'number' : '', cell.minor ? 'minor' : '', cell.wide ? 'wide' : ''].filter(Boolean).join(' ');

export type Row = { readonly head: Html; readonly cells: readonly Cell[]; readonly strong?: boolean };

/** @param caption what the table is, for those who hear it @param heads of the columns, the first that of the rows */
export function table(caption: Text, heads: readonly Cell[], rows: readonly Row[]): Html {
  const head = heads.map((cell) => html`<th scope="col" class="${classesOf(cell)}">${cell.content}</th>`);
  const body = rows.map(
    ({ head: first, cells, strong }) =>
      html`<tr class="${strong ? 'strong' : ''}"><th scope="row">${first}</th>${cells.map(
        (cell) => html`<td class="${classesOf(cell)}">${cell.content}</td>`,
      )}</tr>`,
  );
  return html`<div class="table"><table><caption class="hidden">${both(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

/** Words over and under the picture, so that the picture itself needs none. */
export function picture(
  id: string,
  title: Html,
  axes: { readonly up: Word; readonly across: Text | undefined },
  alt: Text,
  drawing: Html,
): Html {
  return html`<figure class="picture">
<figcaption><h3>${title}</h3><p class="axis">${both(say(axes.up))}</p></figcaption>
<div role="img" aria-labelledby="${id}-alt"><span class="hidden" id="${id}-alt">${both(alt)}</span>
${drawing}</div>
${axes.across ? html`<p class="axis across">${both(axes.across)}</p>` : nothing}
</figure>`;
}

export type Stat = { readonly label: Text; readonly value: Html; readonly note?: Text };
export function stats(all: readonly Stat[]): Html {
  return html`<dl class="stats">${all.map(
    ({ label, value, note }) =>
      html`<div><dt>${both(label)}</dt><dd><span class="value">${value}</span>${
        note ? html`<span class="note">${both(note)}</span>` : nothing
      }</dd></div>`,
  )}</dl>`;
}

export function facts(all: readonly (readonly [label: Text, value: Html])[]): Html {
  return html`<dl class="facts">${all.map(([label, value]) => html`<div><dt>${both(label)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A bar beside a number that says the same. */
export const bar = (share: number | null | undefined, kind = ''): Html =>
  html`<span class="bar ${kind}" aria-hidden="true"><i style="width:${width(share)}"></i></span>`;

export const more = (summary: Text, body: Html): Html => html`<details><summary>${both(summary)}</summary>${body}</details>`;

export const empty = (word: Word): Html => html`<p class="empty">${both(say(word))}</p>`;
export const group = (kind: string, ...all: readonly Html[]): Html => html`<div class="${kind}">${all}</div>`;
