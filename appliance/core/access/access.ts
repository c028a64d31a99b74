// Who may come in: people with passwords, second factors and sessions. This is the front door; what each may then do is decided by policies
// elsewhere. Opened with the node, since all of it is sealed.

import type { Argon2Cost } from '../../../crypto/kdf.ts';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { Administration } from './administration.ts';
import { Attempts } from './attempts.ts';
import { type Desk, inTurn } from './desk.ts';
import { DesktopDoor } from './desktop.ts';
import { Hashing, hashingLimits } from './hashing.ts';
import { Links } from './links.ts';
import { OwnAccount } from './own-account.ts';
import { People } from './people.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';

export type { MadeLink } from './links.ts';
export { nothingShown } from './masks.ts';
export { accessMigrations } from './migrations.ts';
export type { Person } from './people.ts';
export type { Session } from './sessions.ts';

export type AccessParts = TextSeal & {
  store: Store;
  ports: Ports;
  /** A keyed hash (BLAKE2b) under a key that never leaves the vault. */
  hash(kind: string, value: string): Uint8Array;
  /** What a password costs to try; today's when absent. */
  passwordCost?: Argon2Cost;
};

/** Tries to get in that are under way: as many as find a place to be hashed. */
const tryingLimit = hashingLimits.running + hashingLimits.waiting;

export class Access {
  readonly people: People;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly own: OwnAccount;
  readonly administration: Administration;
  readonly desktop: DesktopDoor;
  readonly #desk: Desk;
  #trying = 0;

  private constructor(desk: Desk) {
    this.#desk = desk;
    this.people = desk.people;
    this.sessions = desk.sessions;
    this.signIn = new SignIn(desk);
    this.own = new OwnAccount(desk);
    this.administration = new Administration(desk);
    this.desktop = new DesktopDoor(desk);
  }

  static async open(parts: AccessParts): Promise<Access> {
    const { store, ports, hash } = parts;
    const { clock } = ports;
    const sealing = { sealText: parts.sealText, openText: parts.openText };
    const people = await People.open({ store, clock, hash, ...sealing });
    const sessions = await Sessions.open({ store, ports, ...sealing });
    const links = await Links.open(store, ports);
    const loads: { load(): Promise<void> }[] = [people, sessions, links];
    const load = async () => {
      for (const part of loads) await part.load();
    };
    return new Access({
      ...{ store, ports, hash, people, sessions, links, loads },
      attempts: await Attempts.open({ store, clock, hash }),
      hashing: new Hashing(ports.random, parts.passwordCost),
      ...inTurn(load),
    });
  }

  /**
   * A place for somebody signed out who tries to get in. Taken before the try is logged, so that a flood of them stops here.
   * @returns gives the place back
   * @throws {Fault} `too_busy`
   */
  enter(): () => void {
    if (this.#trying >= tryingLimit) throw new Fault('too_busy', 'sign-ins');
    this.#trying += 1;
    let held = true;
    return () => {
      if (held) this.#trying -= 1;
      held = false;
    };
  }

  /** For the other ways in: provider, directory, passkeys. */
  get desk(): Desk {
    return this.#desk;
  }

  /** Lets changes under way end. */
  async close(): Promise<void> {
    await this.#desk.alone(async () => undefined);
    await this.sessions.settled();
  }
}
