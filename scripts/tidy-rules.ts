// The habits of the house that a machine can check in one file: how it opens, how long it is, and what it must not contain.
// Code is read through its syntax tree, so that a word in a comment or a string accuses nobody.

import ts from 'typescript';
import { testPatterns } from './files.ts';

export type Finding = { path: string; line: number; rule: string; message: string; warning?: true };

export const limits = { lines: 500, testLines: 700, functionLines: 90 };

const tests = new RegExp(testPatterns.join('|'));
const isTest = (path: string) => tests.test(path);
const isCode = (path: string) => /\.(ts|tsx|mjs|cjs|js)$/.test(path);
/** The one file that may ask the machine for time, randomness and ids. */
/** The only places that ask the machine for the time: the node's ports, and the page's clock. */
const portsPaths: readonly string[] = ['appliance/core/ports.ts', 'admin-console/renderer/parts/clock.ts'];
/** Made by a command and compared by a test. */
const made = 'admin-console/renderer/api/schema.d.ts';

/** What is wrong with one file, by its path in the checkout and its text. */
export function inspect(path: string, text: string): Finding[] {
  const findings = [...inspectText(path, text)];
  if (isCode(path)) findings.push(...inspectCode(path, text));
  return findings;
}

// Written in pieces, so that the rules do not accuse this file.
const unfinished = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)].join('|')})\\b`);
const silenced = new RegExp(`@ts-(${['ignore', 'nocheck', 'expect-error'].join('|')})`);
const machinePath = /(^|[\s"'`(=:])\/(work|root|home\/[\w.-]+|Users\/[\w.-]+)\/[\w.-]/;
const registry = new RegExp(
  `${['registry', 'npmmirror', 'artifactory', 'verdaccio', 'nexus'].map((word) => `\\b${word}`).join('|')}`,
);
const registryHost = new RegExp(`https?://[^\\s"'\`/]*(${registry.source})`, 'i');

function* inspectText(path: string, text: string): Generator<Finding> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const at = { path, line: index + 1 };
    if (machinePath.test(line)) yield { ...at, rule: 'machine-path', message: 'names a folder of one machine' };
    if (registryHost.test(line)) yield { ...at, rule: 'registry-host', message: 'names a package registry' };
    if (!isCode(path)) continue;
    if (unfinished.test(line))
      yield { ...at, rule: 'unfinished', message: 'says that something is left to do: do it, or write an issue' };
    if (silenced.test(line)) yield { ...at, rule: 'silenced-types', message: 'silences the type checker' };
  }
}

function* inspectCode(path: string, text: string): Generator<Finding> {
  const first = text.replace(/^#!.*\n/, '').trimStart();
  if (!isTest(path) && !first.startsWith('//') && !first.startsWith('/*')) {
    yield { path, line: 1, rule: 'opening-comment', message: 'opens without saying what it owns and why' };
  }
  if (/(^|\/)index\.\w+$/.test(path))
    yield { path, line: 1, rule: 'no-index', message: 'a front door is named after its folder' };
  const lines = text.split('\n').length - 1;
  const limit = isTest(path) ? limits.testLines : limits.lines;
  if (lines > limit && path !== made)
    yield { path, line: limit + 1, rule: 'file-length', message: `${lines} lines, over ${limit}` };
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Finding[] = [];
  const visit = (node: ts.Node) => {
    for (const [rule, message, warning] of inspectNode(node, path)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ path, line, rule, message, ...(warning ? { warning } : {}) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  yield* found;
}

type Complaint = [rule: string, message: string, warning?: true];

function* inspectNode(node: ts.Node, path: string): Generator<Complaint> {
  if (!portsPaths.includes(path) && !isTest(path)) yield* ambient(node);
  if (isTest(path)) yield* unrun(node);
  if (ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword) yield ['as-any', 'casts to any'];
  if (ts.isFunctionLike(node) && !isTest(path)) {
    const source = node.getSourceFile();
    const span = (position: number) => source.getLineAndCharacterOfPosition(position).line;
    const lines = span(node.end) - span(node.getStart(source)) + 1;
    if (lines > limits.functionLines)
      yield ['function-length', `a function of ${lines} lines, over ${limits.functionLines}`, true];
  }
}

/** Time, randomness and ids taken from the machine, where a simulation could not replay them. */
function* ambient(node: ts.Node): Generator<Complaint> {
  const rule = 'ambient';
  const means = 'take it from core/ports.ts';
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`;
    if (['Date.now', 'Math.random', 'performance.timeOrigin', 'crypto.randomUUID'].includes(name))
      yield [rule, `${name}: ${means}`];
  }
  if (
    ts.isNewExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date' &&
    !node.arguments?.length
  ) {
    yield [rule, `new Date(): ${means}`];
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date')
    yield [rule, `Date(): ${means}`];
  if (ts.isImportSpecifier(node) && (node.propertyName ?? node.name).text === 'randomUUID') yield [rule, `randomUUID: ${means}`];
}

const runners = new Set(['test', 'it', 'describe', 'suite']);

/** Tests that would be left out. A skip with a condition or a reason says itself aloud, and may stay. */
function* unrun(node: ts.Node): Generator<Complaint> {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && runners.has(node.expression.text)) {
    if (['only', 'skip', 'todo'].includes(node.name.text)) yield ['unrun-test', `${node.expression.text}.${node.name.text}`];
  }
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ['only', 'skip', 'todo'].includes(node.name.text)) {
    const call = node.parent.parent;
    const given = ts.isCallExpression(call) && ts.isIdentifier(call.expression) && runners.has(call.expression.text);
    const bare = node.initializer.kind === ts.SyntaxKind.TrueKeyword || node.name.text !== 'skip';
    if (given && bare) yield ['unrun-test', `${node.name.text} without a reason`];
  }
}
