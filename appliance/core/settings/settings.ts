// The settings of the node as one list: what each means, its variable, its default, what holds now and where that came from.

import { type Config, configSchema, defaultConfig } from '../config.ts';
import type { Words } from '../errors.ts';
import type { Environment } from '../model/secret-reference.ts';
import { unknownVariables } from './environment.ts';
import { type SchemaNode, type Setting, settingsOf, valueAt } from './tree.ts';
import { settingWords } from './words.ts';

export type { Changed } from './changes.ts';
export { type Checked, checkConfig, type Mistake } from './check.ts';

export type Explained = {
  readonly setting: string;
  readonly variable: string;
  readonly meaning: Words;
  /** Of those that have a plain one. */
  readonly default?: unknown;
  /** What holds when it is absent, where that is no plain value. */
  readonly absent?: Words;
  readonly value?: unknown;
  /** Where it is one of a few words. */
  readonly choices?: readonly unknown[];
  readonly from: 'file' | 'environment' | 'default';
};

export const allSettings: readonly Setting[] = settingsOf(configSchema as unknown as SchemaNode);

/** Variables that look like settings and are none. */
export const strangeVariables = (env: Environment): string[] => unknownVariables(env, configSchema as unknown as SchemaNode);

/** @param config with secrets by reference alone, as it is read @param set those of the environment */
export function explain(config: Config, set: readonly Setting[]): Explained[] {
  const fromEnvironment = new Set(set.map(({ path }) => path));
  return allSettings.map(({ path, keys, variable, schema }) => {
    const { meaning, absent } = settingWords[path]!;
    const value = valueAt(config, keys);
    const standard = valueAt(defaultConfig, keys);
    const isGiven = value !== undefined && value !== standard;
    return {
      setting: path,
      variable,
      meaning,
      ...(standard !== undefined && { default: standard }),
      ...(absent && { absent }),
      ...(value !== undefined && { value }),
      ...(schema.enum && { choices: schema.enum }),
      from: fromEnvironment.has(path) ? 'environment' : isGiven ? 'file' : 'default',
    };
  });
}

/** The configuration's schema with what each setting means, for editors. */
export function describedSchema(node: SchemaNode = configSchema as unknown as SchemaNode, above = ''): SchemaNode {
  if (!node.properties) return node;
  const properties = Object.fromEntries(
    Object.entries(node.properties).map(([name, inner]) => {
      const path = above === '' ? name : `${above}.${name}`;
      if (inner.properties) return [name, describedSchema(inner, path)];
      const { meaning } = settingWords[path]!;
      return [name, { description: `${meaning.en} · ${meaning.zh}`, ...inner }];
    }),
  );
  return { ...node, properties };
}
