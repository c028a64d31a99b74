// The ways in beside a password: keys of programs, the organisation's directory, its provider, passkeys. Opened with the node, on the
// desk of access.

import { readFileSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import type { Decision, Question } from '../http/access.ts';
import { bearerToken } from '../http/auth.ts';
import type { DirectoryDeclaration } from '../model/directory-config.ts';
import type { Principal } from '../model/principal.ts';
import { readSecret } from '../model/secret-reference.ts';
import type { Migration } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { tokenPrefix } from './api-key-token.ts';
import { ApiKeys, apiKeyMigrations } from './api-keys.ts';
import type { Desk } from './desk.ts';
import { Directory, directoryMigrations } from './directory.ts';
import { Oidc } from './oidc.ts';
import { Outside, outsideMigrations } from './outside.ts';
import { Passkeys, passkeyMigrations } from './passkeys.ts';
import { Scim } from './scim.ts';

export const entranceMigrations: readonly Migration[] = [
  ...apiKeyMigrations,
  ...directoryMigrations,
  ...outsideMigrations,
  ...passkeyMigrations,
];

export type EntranceParts = TextSeal & {
  desk: Desk;
  declaration: DirectoryDeclaration;
  /** Where a relative path in the declaration is looked for. */
  resolvePath(path: string): string;
  publicUrl?: string;
  isSource(id: number): boolean;
};

export class Entrances {
  readonly apiKeys: ApiKeys;
  readonly scim: Scim;
  readonly passkeys: Passkeys;
  readonly outside: Outside;
  /** Where a provider is declared. */
  readonly oidc: Oidc | undefined;

  private constructor(parts: EntranceParts, apiKeys: ApiKeys, directory: Directory, passkeys: Passkeys) {
    const { desk, declaration, sealText, openText } = parts;
    this.apiKeys = apiKeys;
    this.scim = new Scim(directory);
    this.passkeys = passkeys;
    this.outside = new Outside({ desk, declaration, directory });
    const secret = secretOf(parts);
    this.oidc =
      declaration.oidc &&
      new Oidc({
        declaration: declaration.oidc,
        ...(secret !== undefined && { secret }),
        ports: desk.ports,
        seal: (text) => sealText('cookie', 'provider', 0, text),
        open: (sealed) => openText('cookie', 'provider', 0, sealed),
      });
  }

  /** @throws {Fault} `config_invalid` when the file with the provider's secret cannot be read */
  static async open(parts: EntranceParts): Promise<Entrances> {
    const { desk, declaration, publicUrl, isSource, sealText, openText } = parts;
    const sealing = { sealText, openText };
    const { store, ports } = desk;
    const hashKey = (token: string) => desk.hash('api key', token);
    const apiKeys = await ApiKeys.open({ store, ports, hashKey, isSource, distrust: () => desk.distrust(), ...sealing });
    const passkeys = await Passkeys.open({ desk, ...(publicUrl !== undefined && { publicUrl }), ...sealing });
    desk.people.hasPasskey = (person) => passkeys.has(person);
    desk.passkeys = passkeys;
    const directory = await Directory.open({ desk, groups: declaration.groups, ...sealing });
    desk.loads.push(apiKeys, passkeys, directory);
    return new Entrances(parts, apiKeys, directory, passkeys);
  }

  close(): Promise<void> {
    return this.apiKeys.close();
  }
}

/** @param entrances undefined while the node is sealed */
export function keyAuthenticator(entrances: () => Entrances | undefined): (request: FastifyRequest) => Principal | undefined {
  return (request) => {
    const token = bearerToken(request.headers.authorization);
    return token?.startsWith(tokenPrefix) ? entrances()?.apiKeys.principalOf(token) : undefined;
  };
}

/** A key of one machine may do what that machine does, whatever the policies say of people; undefined leaves it to them. */
export function decideMachine({ scope }: Principal, { action }: Question): Decision | undefined {
  if (scope === 'directory' && action.startsWith('directory.')) return { allowed: true, policy: 'directory-key' };
  return scope === 'metrics' && action === 'metrics.read' ? { allowed: true, policy: 'metrics-key' } : undefined;
}

/** @throws {Fault} `config_invalid` */
function secretOf({ declaration, resolvePath }: EntranceParts): string | undefined {
  const { clientSecretFile: file, clientSecret: reference } = declaration.oidc ?? {};
  if (reference !== undefined) return readSecret(reference, '/directory/oidc/clientSecret', resolvePath('.'), process.env);
  if (file === undefined) return undefined;
  let secret: string;
  try {
    secret = readFileSync(resolvePath(file), 'utf8').trim();
  } catch (error) {
    throw new Fault('config_invalid', '/directory/oidc/clientSecretFile cannot be read', { cause: error });
  }
  if (secret === '') throw new Fault('config_invalid', '/directory/oidc/clientSecretFile is empty');
  return secret;
}
