// The texts of policies: read from files, checked against the schema, taken apart into policies by their @id. What is broken is told
// by file, line and reason before it could hold; the language and its checker are Cedar's.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Words } from '../errors.ts';

export const policyLimits = { files: 50, fileBytes: 64 * 1024, policies: 500 } as const;

/** One file: `agent.cedar` and what it says. */
export type PolicyFile = { readonly name: string; readonly text: string };
export const needs = ['step_up_needed', 'approval_needed'] as const;
export type Need = (typeof needs)[number];

export type PolicyInfo = {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** In words, as the policy's own @en and @zh say it. */
  readonly about: Words;
  /** What a forbidding policy asks for, where something lifts it. */
  readonly needs?: Need;
  readonly file: string;
  readonly line: number;
};
export type PolicySet = {
  readonly files: readonly PolicyFile[];
  readonly policies: ReadonlyMap<string, PolicyInfo>;
  /** Of each policy, by its id. */
  readonly texts: { readonly [id: string]: string };
  /** SHA-256 over names and texts, hexadecimal: what the audit log signs. */
  readonly hash: string;
};
export type PolicyFlaw = { readonly file: string; readonly line: number; readonly reason: string };

const folder = join(import.meta.dirname, 'policies');
export const schemaText = readFileSync(join(folder, 'schema.cedarschema'), 'utf8');
const fileName = /^[a-z][a-z0-9-]{0,62}\.cedar$/;
const policyId = /^[a-z][a-z0-9-]{0,63}$/;

/** The policies that hold until an organisation changes them. */
export function defaultFiles(): PolicyFile[] {
  const names = readdirSync(folder).filter((name) => fileName.test(name));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

type SchemaJson = { [namespace: string]: { actions: { [name: string]: { memberOf?: { id: string }[] } } } };

let actions: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Every action of the schema with its groups, read once. @throws {Error} when the schema itself is broken */
export function readSchema(): ReadonlyMap<string, ReadonlySet<string>> {
  if (actions) return actions;
  const answer = cedar.schemaToJson(schemaText);
  if (answer.type === 'failure') throw new Error(`policies/schema.cedarschema: ${answer.errors[0]?.message}`);
  const found = Object.values(answer.json as unknown as SchemaJson)[0]!.actions;
  actions = new Map(Object.entries(found).map(([name, { memberOf }]) => [name, new Set(memberOf?.map(({ id }) => id))]));
  return actions;
}

export const checkedFile = join(folder, 'checked.sha256');

/** Of the schema and the files: what the tests of this build found without a flaw, as `policies/checked.sha256` keeps it. */
export const checkedHash = (files: readonly PolicyFile[]): string =>
  createHash('sha256').update(schemaText).update(hashOf(files)).digest('hex');

/** Checking takes most of a second, so that the node's own are checked where they are made; a node whose files are others checks them itself. */
function isChecked(files: readonly PolicyFile[]): boolean {
  try {
    return readFileSync(checkedFile, 'utf8').trim() === checkedHash(files);
  } catch {
    return false;
  }
}

/** Reads a whole set. Flaws come back all at once, for somebody who has an editor open. */
export function readPolicies(files: readonly PolicyFile[]): { set: PolicySet } | { flaws: PolicyFlaw[] } {
  const flaws = limitsOf(files);
  const policies = new Map<string, PolicyInfo>();
  const texts: { [id: string]: string } = {};
  if (flaws.length > 0) return { flaws };
  const isGood = isChecked(files) || isGoodTogether(files);
  for (const file of files) {
    const broken = isGood ? [] : validate(file);
    flaws.push(...broken);
    if (broken.length > 0) continue;
    for (const one of policiesOf(file)) {
      if ('reason' in one) flaws.push(one);
      else if (policies.has(one.info.id))
        flaws.push({ file: file.name, line: one.info.line, reason: `@id("${one.info.id}") is there twice` });
      else {
        policies.set(one.info.id, one.info);
        texts[one.info.id] = one.text;
      }
    }
  }
  if (policies.size > policyLimits.policies)
    flaws.push({ file: files.at(-1)!.name, line: 1, reason: `more than ${policyLimits.policies} policies` });
  return flaws.length > 0 ? { flaws } : { set: { files, policies, texts, hash: hashOf(files) } };
}

/** Costs a third of each by itself; where there is a flaw, it is looked for file by file. Each is whole: none ends what another began. */
function isGoodTogether(files: readonly PolicyFile[]): boolean {
  const whole = files.every(({ text }) => cedar.policySetTextToParts(text).type === 'success');
  return whole && validate({ name: '', text: files.map(({ text }) => text).join('\n') }).length === 0;
}

function limitsOf(files: readonly PolicyFile[]): PolicyFlaw[] {
  const first = files[0]?.name ?? '';
  if (files.length === 0 || files.length > policyLimits.files)
    return [{ file: first, line: 1, reason: `expected 1 to ${policyLimits.files} files, got ${files.length}` }];
  const flaws: PolicyFlaw[] = [];
  const seen = new Set<string>();
  for (const { name, text } of files) {
    const flaw = (reason: string) => flaws.push({ file: name.slice(0, 80), line: 1, reason });
    if (!fileName.test(name)) flaw('a file is named in small letters, such as "night-shift.cedar"');
    if (seen.has(name)) flaw('the file is there twice');
    if (Buffer.byteLength(text) > policyLimits.fileBytes) flaw(`longer than ${policyLimits.fileBytes} bytes`);
    seen.add(name);
  }
  return flaws;
}

export function validate({ name, text }: PolicyFile): PolicyFlaw[] {
  const flawOf = (error: cedar.DetailedError): PolicyFlaw => ({
    file: name,
    line: lineAt(text, error.sourceLocations?.[0]?.start ?? 0),
    reason: [error.message.replace(/for policy `[^`]*`, /g, ''), error.help].filter(Boolean).join('; '),
  });
  const answer = cedar.validate({ schema: schemaText, policies: { staticPolicies: text } });
  if (answer.type === 'failure') return answer.errors.map(flawOf);
  // A warning is a policy that can never hold, or that cannot be read as it was meant.
  const all = [...answer.validationErrors, ...answer.validationWarnings].map(({ error }) => flawOf(error));
  const unique = new Map(all.map((flaw) => [`${flaw.line} ${flaw.reason}`, flaw]));
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'success' && parts.policy_templates.length > 0)
    return [...unique.values(), { file: name, line: 1, reason: 'templates (?principal, ?resource) are not taken' }];
  return [...unique.values()];
}

function* policiesOf({ name, text }: PolicyFile): Generator<{ info: PolicyInfo; text: string } | PolicyFlaw> {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') throw new TypeError(`${name}: validated, and cannot be taken apart`);
  for (const part of parts.policies) {
    const answer = cedar.policyToJson(part);
    if (answer.type === 'failure') throw new TypeError(`${name}: validated, and cannot be read`);
    const { effect, annotations = {} } = answer.json;
    const { id, en, zh } = annotations;
    const found = text.indexOf(id === undefined ? part : `@id("${id}")`);
    const line = lineAt(text, Buffer.byteLength(text.slice(0, Math.max(0, found))));
    const flaw = (reason: string): PolicyFlaw => ({ file: name, line, reason });
    if (id === undefined || !policyId.test(id)) {
      yield flaw('every policy has an @id("…") in small letters and hyphens: the audit log names it');
      continue;
    }
    if (!en || !zh) {
      yield flaw(`"${id}" says in a sentence what it means, by @en("…") and @zh("…")`);
      continue;
    }
    if (annotations.needs !== undefined && (effect !== 'forbid' || !needs.includes(annotations.needs as Need))) {
      yield flaw(`@needs is said by forbid policies, and is one of ${needs.join(', ')}`);
      continue;
    }
    const need = annotations.needs as Need | undefined;
    yield { info: { id, effect, about: { en, zh }, file: name, line, ...(need && { needs: need }) }, text: part };
  }
}

/** The line of a place given in bytes, which is how Cedar counts. */
function lineAt(text: string, byte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8').split('\n').length;
}

export function hashOf(files: readonly PolicyFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(`${Buffer.byteLength(name)} ${name}${Buffer.byteLength(text)} ${text}`);
  return hash.digest('hex');
}
