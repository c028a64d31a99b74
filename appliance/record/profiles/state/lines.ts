// A history kept as lines of text: when and by which message, then fields. A view or a cart's change is small and there are dozens
// of them in a state; as objects they were most of what a state costs in memory, to fold into, and to write and read.

import { insertSorted, mergeSorted, type Stamp } from './stamp.ts';

/** Latest first. Of two lines the later one is the greater text. */
export type Lines = string[];
export type Field = string | number | undefined;

const separator = '\t';
/** Added to a time, so that all from 1970 to 4821 have as many digits and sort as texts. */
const timeBase = 1e13;
const timeDigits = 14;

/** @param stamp of a time from 1970 on */
export function insertLine(list: Lines, stamp: Stamp, fields: readonly Field[], limit: number): void {
  let line = `${timeBase + stamp.atMs}${separator}${escaped(stamp.by)}`;
  for (const field of fields) line += separator + (field === undefined ? '' : typeof field === 'number' ? field : escaped(field));
  insertSorted(list, line, limit, isLaterLine);
}

/** Two such lists as one. */
export function mergeLines(a: readonly string[], b: readonly string[], limit: number): Lines {
  return mergeSorted(a, b, limit, isLaterLine);
}

export function timeOf(line: string): number {
  return Number(line.slice(0, timeDigits)) - timeBase;
}

/** The fields of a line; an empty one was not given. */
export function fieldsOf(line: string): (string | undefined)[] {
  return line
    .split(separator)
    .slice(2)
    .map((field) => (field === '' ? undefined : unescaped(field)));
}

function isLaterLine(a: string, b: string): boolean {
  return a > b;
}

/** Ids and titles come from clients, and may hold anything. */
function escaped(text: string): string {
  return text.includes(separator) || text.includes('\\') ? text.replaceAll('\\', '\\\\').replaceAll(separator, '\\t') : text;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, code: string) => (code === 't' ? separator : code)) : text;
}
