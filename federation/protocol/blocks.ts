// Texts for people as headings with lines under them, in both languages: what a screen lays out its own way, and what is written as plain text
// for a terminal or as Markdown for a file.

import type { Words } from './words.ts';

export type Block = { readonly heading: Words; readonly lines: readonly Words[] };
export type Language = keyof Words;

/** For a terminal: lines are indented under their heading. */
export function writePlain(blocks: readonly Block[], language: Language): string {
  return blocks
    .map(({ heading, lines }) => [heading[language], ...lines.map((line) => `  ${line[language]}`), ''].join('\n'))
    .join('\n');
}

/** CommonMark. What people wrote stays text: nothing in it becomes a heading, a link or a table. */
export function writeMarkdown(title: Words, blocks: readonly Block[], language: Language): string {
  const parts = blocks.map(({ heading, lines }) =>
    [`## ${literal(heading[language])}`, '', ...lines.map((line) => `- ${literal(line[language])}`), ''].join('\n'),
  );
  return [`# ${literal(title[language])}\n`, ...parts].join('\n');
}

const literal = (text: string) =>
  text.replace(/[\\`*_{}[\]<>|~&]/g, '\\$&').replace(/^(\s*)([#+=-]|\d+[.)])/, (_all, space: string, mark: string) => {
    return mark.length > 1 ? `${space}${mark.slice(0, -1)}\\${mark.at(-1)}` : `${space}\\${mark}`;
  });
