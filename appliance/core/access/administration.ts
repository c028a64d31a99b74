// What administrators do with the accounts of others: invite, change roles, disable, hand out links. Whatever takes something away from
// somebody takes effect on their next request, since their sessions end with it.

import { Fault } from '../errors.ts';
import type { Role } from '../model/principal.ts';
import { commit, type Desk } from './desk.ts';
import type { MadeLink } from './links.ts';
import type { Person, Profile } from './people.ts';
import { withoutSecondFactor } from './second-factor.ts';

export class Administration {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  list(): Person[] {
    return this.#desk.people.list();
  }

  /** @throws {Fault} `bad_request`, `conflict` when the login is taken, `limit_reached` */
  invite(profile: Profile): Promise<{ person: Person; link: MadeLink }> {
    const { people, links, store, alone } = this.#desk;
    return alone(async () => {
      const id = await store.allocate('people', 1);
      const added = people.add(id, profile);
      const made = await links.make('invite', id);
      await commit(this.#desk, added, made);
      return { person: people.person(id), link: made.link };
    });
  }

  /**
   * @param by the number of the person who does it; 0 for the operator
   * @throws {Fault} `not_found`, `conflict` for one's own roles and for the last administrator
   */
  setRoles(id: number, roles: readonly Role[], by: number): Promise<Person> {
    const { people, sessions, alone } = this.#desk;
    return alone(async () => {
      if (by === id) throw new Fault('conflict', 'nobody changes their own roles');
      if (!roles.includes('administrator')) this.#checkNotLast(id, by);
      await commit(this.#desk, people.setRoles(id, roles), sessions.endAll(id));
      return people.person(id);
    });
  }

  /** @throws {Fault} `not_found`, `conflict` for oneself and for the last administrator */
  setDisabled(id: number, disabled: boolean, by: number): Promise<Person> {
    const { people, sessions, links, alone } = this.#desk;
    return alone(async () => {
      const { state } = people.person(id);
      if ((state === 'disabled') === disabled) return people.person(id);
      if (by === id) throw new Fault('conflict', 'nobody disables themselves');
      if (disabled) this.#checkNotLast(id, by);
      await commit(this.#desk, people.setDisabled(id, disabled), sessions.endAll(id), links.endAll(id));
      return people.person(id);
    });
  }

  /**
   * A link for somebody who forgot their password, or who let the invitation run out. Until it is used the password stays.
   * @param lostPhone also takes the second factor away and ends all sessions, since somebody else may have it
   * @throws {Fault} `not_found`, `conflict` for somebody disabled
   */
  reset(id: number, lostPhone: boolean): Promise<MadeLink> {
    const { people, links, sessions, alone } = this.#desk;
    return alone(async () => {
      const { state } = people.person(id);
      if (state === 'disabled') throw new Fault('conflict', 'disabled');
      const made = await links.make(state === 'invited' ? 'invite' : 'reset', id);
      const bare = lostPhone ? people.setCredentials(id, withoutSecondFactor(people.credentials(id))) : undefined;
      await commit(this.#desk, made, bare, ...(lostPhone ? [sessions.endAll(id), this.#desk.passkeys?.removeAll(id)] : []));
      return made.link;
    });
  }

  /** For the first administrator; one made before stops working. @throws {Fault} `conflict` once there is one */
  firstLink(): Promise<MadeLink> {
    const { people, links, alone } = this.#desk;
    return alone(async () => {
      if (people.administrators().length > 0) throw new Fault('conflict', 'there is an administrator');
      const made = await links.make('first');
      await commit(this.#desk, made);
      return made.link;
    });
  }

  /** The operator, who holds the folder, can always put it right again; a person could not. */
  #checkNotLast(id: number, by: number): void {
    const others = this.#desk.people.administrators().filter((person) => person.id !== id);
    const person = this.#desk.people.person(id);
    if (by !== 0 && others.length === 0 && person.roles.includes('administrator'))
      throw new Fault('conflict', 'the last administrator');
  }
}
