// Finds secrets that were written into the configuration: the file is backed up, sent to support and read by many, so that none may stand there. What is
// told is the place and what to do, never the secret.

import type { Words } from '../errors.ts';
import { isRecord } from './tree.ts';

export type WrittenSecret = { readonly keys: readonly string[]; readonly message: Words };

const referTo: Words = {
  en: 'Name where it is instead: {"file": "..."}, {"env": "..."} or {"credential": "..."}, or the setting that takes a path.',
  zh: '请改为指明其所在：{"file": "..."}、{"env": "..."} 或 {"credential": "..."}，或使用填写路径的设置。',
};

const inUrl: Words = {
  en: 'A password stands in this address. Take it out: that of the database goes into "storePassword", by reference.',
  zh: '该地址中含有密码。请移除：数据库密码请通过 "storePassword" 以引用方式给出。',
};
const inPem: Words = {
  en: 'A private key stands here. Put it into a file for the node alone and give its path.',
  zh: '此处写入了私钥。请存入仅节点可读的文件，并填写其路径。',
};
const named: Words = { en: `A secret is never written here. ${referTo.en}`, zh: `此处不得写入密钥或密码。${referTo.zh}` };

/** Names of settings that people guess for a secret; those that take a path or a reference are not among them. */
const secretNames =
  /^(pass(word|phrase|wd)?|secret|client_?secret|secret_?access_?key|access_?key|token|api_?key|private_?key|store_?password|credential|dek|root_?key)$/i;

export function writtenSecrets(value: unknown, keys: readonly string[] = []): WrittenSecret[] {
  if (typeof value === 'string') {
    const message = secretIn(value, keys.at(-1) ?? '');
    return message ? [{ keys, message }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, at) => writtenSecrets(item, [...keys, String(at)]));
  if (!isRecord(value)) return [];
  // A computed trait's "where" names properties of events, which may be called anything.
  if (keys.at(-1) === 'where') return [];
  return Object.entries(value).flatMap(([name, inner]) => writtenSecrets(inner, [...keys, name]));
}

function secretIn(text: string, name: string): Words | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return inPem;
  if (hasPassword(text)) return inUrl;
  // {"credential": "name"} is a reference.
  return secretNames.test(name) && name !== 'credential' ? named : undefined;
}

function hasPassword(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { password, searchParams } = new URL(text);
  return password !== '' || [...searchParams.keys()].some((name) => /^(password|sslpassword)$/i.test(name));
}
