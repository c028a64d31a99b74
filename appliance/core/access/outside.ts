// Who somebody is here whom the organisation's provider has let in: found again by the provider's own number for them, joined once to
// the person that the directory made, or made on their first sign-in. Nobody made here by hand is ever taken over.

import { Fault } from '../errors.ts';
import { type DirectoryDeclaration, rolesOfGroups } from '../model/directory-config.ts';
import { commit, type Desk } from './desk.ts';
import { enter } from './enter.ts';
import type { OutsideIdentity } from './oidc.ts';
import { type IdentityRow, putIdentity, readIdentity } from './outside-store.ts';
import { type Person, peopleLimits } from './people.ts';
import type { Client, SignedIn } from './sign-in.ts';
import type { Step } from './store.ts';

export { outsideMigrations } from './outside-store.ts';

export type OutsideParts = {
  desk: Desk;
  declaration: DirectoryDeclaration;
  /** The people that the directory made: it says who they are and what they may. */
  directory: { has(person: number): boolean; byExternalId(id: string): number | undefined };
};

/** Who it is, and what else has to be written. */
type Found = [person: number, steps: Step[]];

export class Outside {
  readonly #parts: OutsideParts;

  constructor(parts: OutsideParts) {
    this.#parts = parts;
  }

  /**
   * @param stepUp the provider has just seen them again
   * @throws {Fault} `provider_refused` for somebody unknown, disabled, or in no group that has a role here
   */
  signIn(identity: OutsideIdentity, client: Client, stepUp: boolean): Promise<SignedIn> {
    const { desk, declaration } = this.#parts;
    return desk.alone(async () => {
      const hash = desk.hash('outside identity', `${declaration.oidc?.issuer ?? ''}\n${identity.subject}`);
      const known = await readIdentity(desk.store, hash);
      const person = known && desk.people.find(known.person_id);
      const [id, steps] = person ? await this.#again(person, known, identity, client) : await this.#first(hash, identity, client);
      return enter(desk, id, client, { stepUp }, ...steps);
    });
  }

  async #again(person: Person, { made_here }: IdentityRow, identity: OutsideIdentity, client: Client): Promise<Found> {
    const { desk } = this.#parts;
    client.about?.(person);
    if (person.state === 'disabled') throw new Fault('provider_refused');
    if (made_here === 0) return [person.id, []];
    const roles = this.#rolesOf(identity);
    // Sessions that were begun with other roles end, also where nobody comes in.
    const changed =
      roles.join() === person.roles.join() ? [] : [desk.people.setRoles(person.id, roles), desk.sessions.endAll(person.id)];
    if (roles.length > 0) return [person.id, changed];
    await commit(desk, ...changed);
    throw new Fault('provider_refused');
  }

  async #first(hash: Uint8Array, identity: OutsideIdentity, client: Client): Promise<Found> {
    const { desk, declaration, directory } = this.#parts;
    const { login, email, subject } = identity;
    const link = (person: number, madeHere: boolean): Step => {
      const row = { identity_hash: hash, person_id: person, made_here: madeHere ? 1 : 0, linked_at_ms: desk.ports.clock.nowMs() };
      return { changes: [putIdentity(row)], keep: () => undefined };
    };
    const named = [login, email].map((name) => (name === undefined ? undefined : desk.people.byLogin(name)?.id));
    const id = [directory.byExternalId(subject), ...named].find((found) => found !== undefined);
    if (id !== undefined) {
      const person = desk.people.person(id);
      client.about?.(person);
      if (!directory.has(id) || person.state === 'disabled') throw new Fault('provider_refused');
      return [id, [link(id, false)]];
    }
    const roles = this.#rolesOf(identity);
    if (declaration.oidc?.peopleOnFirstSignIn !== true || login === undefined || roles.length === 0)
      throw new Fault('provider_refused');
    const made = await desk.store.allocate('people', 1);
    const profile = {
      login,
      name: (identity.name ?? login).slice(0, peopleLimits.nameLength),
      ...(email !== undefined && { email }),
      roles,
      language: /^zh/i.test(identity.language ?? '') ? ('zh' as const) : ('en' as const),
    };
    return [made, [desk.people.add(made, profile), link(made, true)]];
  }

  #rolesOf({ groups = [] }: OutsideIdentity) {
    return rolesOfGroups(this.#parts.declaration.groups, groups);
  }
}
