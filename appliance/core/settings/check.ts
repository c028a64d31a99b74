// Every mistake of a configuration at once, each with its place in the file or its variable, in both languages: what `holdfast config check` says. No
// message holds a value, which may be a secret that stands in the wrong place.

import type { ErrorObject } from 'ajv';
import { type Config, configFile, configSchema, schemaErrors, withDefaults } from '../config.ts';
import type { Words } from '../errors.ts';
import type { Environment } from '../model/secret-reference.ts';
import { nearNames } from '../values/near.ts';
import { overrideBy, unknownVariables } from './environment.ts';
import { configFaults } from './faults.ts';
import { brokenAt, type Position, Positions } from './positions.ts';
import { type SchemaNode, type Setting, schemaAt, settingsOf } from './tree.ts';
import { writtenSecrets } from './written-secrets.ts';

export type Mistake = {
  readonly severity: 'error' | 'warning';
  /** `backup.s3.endpoint`; empty where it is about the whole. */
  readonly setting: string;
  /** In the file; absent where it comes from the environment. */
  readonly at?: Position;
  readonly variable?: string;
  readonly message: Words;
};
export type Checked = {
  readonly mistakes: readonly Mistake[];
  /** Absent where there is an error. */
  readonly config?: Config;
  /** Settings that come from the environment. */
  readonly set: readonly Setting[];
};

const schema = configSchema as unknown as SchemaNode;

/** @param text of the file; undefined where there is none */
export function checkConfig(text: string | undefined, env: Environment): Checked {
  let value: unknown = {};
  if (text !== undefined) {
    try {
      value = JSON.parse(text);
    } catch {
      const message = { en: `From here on ${configFile} is not JSON.`, zh: `${configFile} 从此处起不是有效的 JSON。` };
      return { mistakes: [{ severity: 'error', setting: '', at: brokenAt(text), message }], set: [] };
    }
  }
  const positions = new Positions(text ?? '{}');
  const { value: whole, set, faulty } = overrideBy(env, value, schema);
  const place = placer(text === undefined ? undefined : positions, set);
  const mistakes: Mistake[] = [
    ...positions
      .twice()
      .map(({ keys, at }) => ({ severity: 'error' as const, setting: keys.join('.'), at, message: twiceGiven })),
    ...faulty.map(notJson),
    ...strangeVariables(env),
    ...writtenSecrets(whole).map(({ keys, message }) => ({ severity: 'error' as const, ...place(keys, 'value'), message })),
  ];
  const secret = new Set(mistakes.map(({ setting }) => setting));
  const errors = schemaErrors(whole).map((error) => told(error, place));
  // What was said of a secret need not be said of its shape.
  mistakes.push(...errors.filter(({ setting }) => setting === '' || !secret.has(setting)));
  const isSound = () => !mistakes.some(({ severity }) => severity === 'error');
  if (isSound())
    for (const { keys, message } of configFaults(withDefaults(whole)))
      mistakes.push({ severity: 'error', ...place(keys, 'value'), message });
  return { mistakes: inOrder(mistakes), set, ...(isSound() && { config: withDefaults(whole) }) };
}

type Place = (keys: readonly string[], of: 'name' | 'value') => Pick<Mistake, 'setting' | 'at' | 'variable'>;

function placer(positions: Positions | undefined, set: readonly Setting[]): Place {
  return (keys, of) => {
    const setting = keys.join('.');
    const from = set.find((one) => one.path === setting || setting.startsWith(`${one.path}.`));
    if (from) return { setting, variable: from.variable };
    if (!positions) return { setting };
    return { setting, at: of === 'name' ? positions.ofName(keys) : positions.ofValue(keys) };
  };
}

const twiceGiven: Words = {
  en: 'This setting is given twice; only the last would count.',
  zh: '该设置重复出现，仅最后一处生效。',
};

const notJson = ({ path, variable }: Setting): Mistake => ({
  severity: 'error',
  setting: path,
  variable,
  message: { en: 'The variable is not JSON.', zh: '该环境变量不是有效的 JSON。' },
});

function strangeVariables(env: Environment): Mistake[] {
  const known = settingsOf(schema).map(({ variable }) => variable);
  return unknownVariables(env, schema).map((variable) => ({
    severity: 'warning',
    setting: '',
    variable,
    message: meant({ en: 'No setting has this variable.', zh: '没有与该环境变量对应的设置。' }, nearNames(variable, known)),
  }));
}

function told(error: ErrorObject, place: Place): Mistake {
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra = error.params.additionalProperty as string | undefined;
  if (extra === undefined) return { severity: 'error', ...place(keys, 'value'), message: wordsOf(error) };
  const here = Object.keys(schemaAt(schema, keys)?.properties ?? {});
  const anywhere = settingsOf(schema)
    .filter((one) => one.keys.at(-1)?.toLowerCase() === extra.toLowerCase())
    .map(({ path }) => path);
  const near = nearNames(extra, here);
  return {
    severity: 'error',
    ...place([...keys, extra], 'name'),
    message: meant({ en: 'There is no such setting.', zh: '没有这个设置。' }, near.length > 0 ? near : anywhere.slice(0, 3)),
  };
}

function meant({ en, zh }: Words, near: readonly string[]): Words {
  if (near.length === 0) return { en, zh };
  const names = near.map((name) => `"${name}"`);
  return { en: `${en} Did you mean ${names.join(' or ')}?`, zh: `${zh}是否想写 ${names.join(' 或 ')}？` };
}

const typeNames: { readonly [type: string]: Words } = {
  string: { en: 'text', zh: '文本' },
  integer: { en: 'a whole number', zh: '整数' },
  number: { en: 'a number', zh: '数字' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  array: { en: 'a list ([...])', zh: '列表（[...]）' },
  object: { en: 'an object ({...})', zh: '对象（{...}）' },
};

/** Of the keywords that the schema uses; the schema's own words of any other. */
function wordsOf({ keyword, params, message = '', instancePath }: ErrorObject): Words {
  const { limit } = params as { limit?: number };
  switch (keyword) {
    case 'type': {
      const name = typeNames[String(params.type)] ?? { en: String(params.type), zh: String(params.type) };
      const whole = instancePath === '' ? { en: 'The file must hold', zh: '文件内容必须是' } : { en: 'It must be', zh: '必须是' };
      return { en: `${whole.en} ${name.en}.`, zh: `${whole.zh}${name.zh}。` };
    }
    case 'required':
      return { en: `"${params.missingProperty}" is missing.`, zh: `缺少 "${params.missingProperty}"。` };
    case 'enum': {
      const choices = (params.allowedValues as unknown[]).map((one) => JSON.stringify(one)).join(', ');
      return { en: `It must be one of ${choices}.`, zh: `只能取 ${choices} 之一。` };
    }
    case 'pattern':
      return { en: `It does not have the form that is asked for: ${params.pattern}`, zh: `格式不符，应匹配：${params.pattern}` };
    case 'minimum':
    case 'exclusiveMinimum':
      return {
        en: `It must be ${keyword === 'minimum' ? 'at least' : 'above'} ${limit}.`,
        zh: `必须${keyword === 'minimum' ? '不小于' : '大于'} ${limit}。`,
      };
    case 'maximum':
      return { en: `It must be at most ${limit}.`, zh: `不得大于 ${limit}。` };
    case 'minLength':
      return { en: 'It must not be empty.', zh: '不能为空。' };
    case 'maxLength':
      return { en: `It must have at most ${limit} characters.`, zh: `最多 ${limit} 个字符。` };
    case 'minItems':
    case 'minProperties':
      return { en: `It must have at least ${limit}.`, zh: `至少要有 ${limit} 项。` };
    case 'maxItems':
    case 'maxProperties':
      return { en: `It must have at most ${limit}.`, zh: `最多 ${limit} 项。` };
    case 'uniqueItems':
      return { en: 'Something stands in it twice.', zh: '其中有重复项。' };
    default:
      return { en: `It ${message}.`, zh: `设置有误：${message}。` };
  }
}

/** As they stand in the file, those of the environment last. */
const inOrder = (mistakes: readonly Mistake[]): Mistake[] =>
  [...mistakes].sort(
    (a, b) =>
      (a.at?.line ?? Number.MAX_SAFE_INTEGER) - (b.at?.line ?? Number.MAX_SAFE_INTEGER) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
