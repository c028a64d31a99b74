// How the configuration names a secret without holding it: a file, a variable of the environment, or a credential that the service manager hands over.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../errors.ts';

/** Exactly one of the three. */
export type SecretReference = {
  /** A file with the secret alone, relative to the data folder. */
  file?: string;
  /** The name of a variable. */
  env?: string;
  /** The name of a credential (`LoadCredential=` or `LoadCredentialEncrypted=` of systemd). */
  credential?: string;
};

export type Environment = { readonly [name: string]: string | undefined };

const longest = 64 * 1024;

export const secretReferenceSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    file: { type: 'string', minLength: 1, maxLength: 1000 },
    env: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 200 },
    credential: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', maxLength: 200 },
  },
} as const;

/**
 * @param setting its place in the configuration, for the fault
 * @param folder where paths of the configuration begin
 * @throws {Fault} `config_invalid` naming the setting, never the secret
 */
export function readSecret(reference: SecretReference, setting: string, folder: string, env: Environment): string {
  const secret = textOf(reference, setting, folder, env).trim();
  if (secret === '') throw new Fault('config_invalid', `${setting} is empty`);
  if (secret.length > longest) throw new Fault('config_invalid', `${setting} is too long to be a secret`);
  return secret;
}

function textOf({ file, env: name, credential }: SecretReference, setting: string, folder: string, env: Environment): string {
  if (name !== undefined) {
    const value = env[name];
    if (value === undefined) throw new Fault('config_invalid', `${setting}/env: the variable ${name} is not set`);
    return value;
  }
  if (file !== undefined) return read(resolve(folder, file), `${setting}/file`);
  const from = env.CREDENTIALS_DIRECTORY;
  if (from === undefined)
    throw new Fault('config_invalid', `${setting}/credential: the service manager hands over no credentials`);
  return read(resolve(from, credential ?? ''), `${setting}/credential`);
}

function read(path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('config_invalid', `${place} cannot be read`, { cause: error });
  }
}
