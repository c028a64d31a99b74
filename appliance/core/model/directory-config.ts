// What the configuration says of an organisation's own directory: which of its groups has which roles here, and the OpenID Connect
// provider that people may sign in by.

import { type Role, roles } from './principal.ts';
import { type SecretReference, secretReferenceSchema } from './secret-reference.ts';

export type OidcDeclaration = {
  /** As the provider writes it in its tokens, such as `https://login.example.com/realms/staff`. */
  issuer: string;
  clientId: string;
  /** A file with the client's secret alone, relative to the data folder. Absent for a public client. */
  clientSecretFile?: string;
  /** The same by reference, also to the environment or a credential of the service manager. */
  clientSecret?: SecretReference;
  /** Beside `openid`; `profile` and `email` when absent. */
  scopes?: string[];
  /** The claim that lists the groups; `groups` when absent. */
  groupsClaim?: string;
  /** Makes a person of who signs in for the first time. Without it only those who are known here already may. */
  peopleOnFirstSignIn?: boolean;
  /** Origins besides the issuer's that it names as its own (a token endpoint on another host). The node calls no other. */
  alsoCalls?: string[];
};

export type DirectoryDeclaration = {
  /** By the group's name, or the id that the directory gives it. */
  groups?: { [group: string]: Role[] };
  oidc?: OidcDeclaration;
};

const text = { type: 'string', minLength: 1, maxLength: 500 } as const;
const origin = { type: 'string', pattern: '^https?://[^\\s/?#]+$', maxLength: 300 } as const;

export const directorySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    groups: {
      type: 'object',
      maxProperties: 500,
      additionalProperties: { type: 'array', uniqueItems: true, items: { enum: roles } },
    },
    oidc: {
      type: 'object',
      additionalProperties: false,
      required: ['issuer', 'clientId'],
      properties: {
        issuer: { type: 'string', pattern: '^https?://[^\\s?#]+$', maxLength: 500 },
        clientId: text,
        clientSecretFile: text,
        clientSecret: secretReferenceSchema,
        scopes: {
          type: 'array',
          maxItems: 20,
          uniqueItems: true,
          items: { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}$' },
        },
        groupsClaim: text,
        peopleOnFirstSignIn: { type: 'boolean' },
        alsoCalls: { type: 'array', maxItems: 10, uniqueItems: true, items: origin },
      },
    },
  },
} as const;

/** The roles of whoever is in these groups, in the order of the list of roles. */
export function rolesOfGroups(groups: DirectoryDeclaration['groups'], named: Iterable<string>): Role[] {
  const held = new Set<Role>();
  // Own properties alone: a group may be called "constructor".
  for (const name of named) if (groups && Object.hasOwn(groups, name)) for (const role of groups[name]!) held.add(role);
  return roles.filter((role) => held.has(role));
}
