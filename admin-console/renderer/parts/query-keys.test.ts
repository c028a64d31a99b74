// Two questions under one key share one answer: they must ask the same, or a screen is handed what another one made of it. What a screen wants of an
// answer it takes by `select`.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name),
);
const trees = files.map((name) =>
  ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest, true),
);

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Keys and readers by their names, as far as a name means one thing. */
const named = new Map<string, ts.Expression | undefined>();
for (const tree of trees)
  walk(tree, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || !node.initializer) return;
    const of = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer;
    const name = node.name.text;
    const isTwo = named.has(name) && named.get(name)?.getText() !== of.getText();
    named.set(name, isTwo ? undefined : of);
  });

/** @returns undefined where a part is not known here */
function keyOf(node: ts.Expression): string[] | undefined {
  const of = ts.isIdentifier(node) ? named.get(node.text) : node;
  if (!of || !ts.isArrayLiteralExpression(of)) return undefined;
  const parts = of.elements.map((part) => {
    if (ts.isSpreadElement(part)) return keyOf(part.expression);
    return [ts.isStringLiteral(part) ? part.text : '*'];
  });
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part!);
}

/** The whole answer of a route is the same however it is written; anything else is told by its text. */
function askedBy(node: ts.Expression): string {
  const of = (ts.isIdentifier(node) && named.get(node.text)) || node;
  const text = of.getText().replace(/\s+/g, ' ');
  const whole =
    /^(?:async )?\([^)]*\) => \(?(?:await )?unwrap\( ?api\.(GET|POST)\('([^']+)'.*\)(?:\) as unknown as \{.*\})?$/.exec(text);
  return whole && !/\)\)\)?\.\w/.test(text) ? `${whole[1]} ${whole[2]}` : text;
}

test('a key stands for one question', () => {
  const asked = new Map<string, Map<string, string>>();
  for (const tree of trees)
    walk(tree, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const own = (name: string) =>
        node.properties.find((one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && one.name.getText() === name)
          ?.initializer;
      const [key, question] = [own('queryKey'), own('queryFn')];
      const parts = key && keyOf(key);
      if (!parts || !question) return;
      const name = JSON.stringify(parts);
      asked.set(name, (asked.get(name) ?? new Map<string, string>()).set(askedBy(question), tree.fileName));
    });
  assert.ok(asked.size > 60, `${asked.size} keys found`);
  const shared = [...asked].filter(([, questions]) => questions.size > 1);
  assert.deepEqual(
    shared.map(([key, questions]) => [key, [...questions]]),
    [],
  );
});

test('questions go through parts/ask.ts, which puts them while a screen is drawn', () => {
  const importers = (from: RegExp) =>
    trees
      .filter((tree) =>
        tree.statements.some(
          (statement) =>
            ts.isImportDeclaration(statement) &&
            from.test((statement.moduleSpecifier as ts.StringLiteral).text) &&
            /\buse(Infinite)?Query\b/.test(statement.importClause?.getText() ?? ''),
        ),
      )
      .map(({ fileName }) => fileName);
  assert.deepEqual(importers(/^@tanstack\/react-query$/), ['parts/ask.ts']);
  assert.ok(importers(/\/ask\.ts$/).length > 60);
});
