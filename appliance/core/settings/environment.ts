// Settings from the environment, over those of the file: each has one variable (tree.ts). Text stands there as it is, anything else as JSON.

import { Fault } from '../errors.ts';
import type { Environment } from '../model/secret-reference.ts';
import { isRecord, type SchemaNode, type Setting, settingsOf } from './tree.ts';

/** Of the program and its tools, and no settings. */
export const otherVariables: readonly string[] = [
  'HOLDFAST_HOME',
  'HOLDFAST_LANG',
  'HOLDFAST_PASSPHRASE_FILE',
  'HOLDFAST_SIGNING_KEY_FILE',
  'HOLDFAST_CHROMIUM',
  'HOLDFAST_ELECTRON_DIST',
  'HOLDFAST_ELECTRON_FETCH_MS',
  'HOLDFAST_PICTURES',
  'HOLDFAST_PURGE',
  'HOLDFAST_SEED',
  'HOLDFAST_LONG',
  'HOLDFAST_DATA',
  'HOLDFAST_DEBUG',
];
const otherPrefixes: readonly string[] = ['HOLDFAST_TEST_'];
/**
 * Kubernetes tells every container of each service by variables of its name: of one that is called "holdfast", `HOLDFAST_PORT=tcp://10.0.0.7:7700` and
 * more. They are nobody's settings.
 */
const isServiceLink = (name: string, value: string): boolean =>
  /^HOLDFAST_(SERVICE_|PORT_\d)/.test(name) || (name === 'HOLDFAST_PORT' && /^(tcp|udp|sctp):\/\//.test(value));

export type Overridden = { readonly value: unknown; readonly set: readonly Setting[]; readonly faulty: readonly Setting[] };

/** The configuration of the file with what the environment sets; the file's is not changed. A variable that cannot be read is left out and named. */
export function overrideBy(env: Environment, value: unknown, schema: SchemaNode): Overridden {
  const set: Setting[] = [];
  const faulty: Setting[] = [];
  let made = value;
  for (const setting of settingsOf(schema)) {
    const text = env[setting.variable];
    if (text === undefined || isServiceLink(setting.variable, text)) continue;
    const read = readValue(text, setting.schema);
    if (read === undefined) faulty.push(setting);
    else {
      made = withValue(made, setting.keys, read.value);
      set.push(setting);
    }
  }
  return { value: made, set, faulty };
}

/** The same where a fault ends it. @throws {Fault} `config_invalid` naming the variable */
export function overridden(env: Environment, value: unknown, schema: SchemaNode): { value: unknown; set: readonly Setting[] } {
  const { faulty, ...made } = overrideBy(env, value, schema);
  const [first] = faulty;
  if (first) throw new Fault('config_invalid', `the variable ${first.variable} is not JSON`);
  return made;
}

/** Variables that look like settings and are none: a misspelt one would silently not hold. */
export function unknownVariables(env: Environment, schema: SchemaNode): string[] {
  const known = new Set([...settingsOf(schema).map(({ variable }) => variable), ...otherVariables]);
  return Object.keys(env)
    .filter((name) => name.startsWith('HOLDFAST_') && env[name] !== undefined && !known.has(name))
    .filter((name) => !isServiceLink(name, env[name]!))
    .filter((name) => !otherPrefixes.some((prefix) => name.startsWith(prefix)))
    .sort();
}

function readValue(text: string, { type, enum: choices }: SchemaNode): { value: unknown } | undefined {
  if (type === 'string' || choices?.every((choice) => typeof choice === 'string')) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function withValue(value: unknown, [key, ...below]: readonly string[], set: unknown): unknown {
  if (key === undefined) return set;
  // What is no object is refused by the schema, which says so better.
  if (value !== undefined && !isRecord(value)) return value;
  const inner = value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
  return { ...value, [key]: withValue(inner, below, set) };
}
