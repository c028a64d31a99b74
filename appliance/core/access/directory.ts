// The organisation's directory as it provisions people here: what it says of each of them, its groups, and the roles that follow from
// both. It sees and changes the people it made and no others, so that its key cannot lock out or become somebody made here by hand.

import { Fault } from '../errors.ts';
import { type DirectoryDeclaration, rolesOfGroups } from '../model/directory-config.ts';
import type { Role } from '../model/principal.ts';
import type { Change, Table } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { commit, type Desk } from './desk.ts';
import { deleteEntry, type EntryRow, groupsTable, putEntry, readEntries, usersTable } from './directory-store.ts';
import { normalLogin, type Profile, peopleLimits } from './people.ts';
import type { Step } from './store.ts';

export { directoryMigrations } from './directory-store.ts';

export const directoryLimits = {
  users: 5_000,
  groups: 500,
  /** What is kept of one of them, as JSON. Beyond: `too_large`. */
  documentBytes: 256 * 1024,
} as const;

/** What is kept of a person: what sign-in and the audit need, and what a directory compares. The rest that it sends goes nowhere. */
export type UserDocument = {
  userName: string;
  externalId?: string;
  name?: { [part: string]: string };
  displayName?: string;
  active: boolean;
  emails?: { value: string; type?: string; primary?: boolean }[];
  preferredLanguage?: string;
};
export type GroupDocument = { displayName: string; externalId?: string; members: number[] };
export type Entry<Document> = { id: number; document: Document; createdAtMs: number; changedAtMs: number };

export type DirectoryParts = TextSeal & {
  desk: Desk;
  groups: DirectoryDeclaration['groups'];
};

const same = (a: string, b: string) => normalLogin(a) === normalLogin(b);

export class Directory {
  readonly #parts: DirectoryParts;
  readonly #users = new Map<number, Entry<UserDocument>>();
  readonly #groups = new Map<number, Entry<GroupDocument>>();

  private constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Roles that no longer follow from the groups (another configuration, a kill between two transactions) are put right. */
  static async open(parts: DirectoryParts): Promise<Directory> {
    const directory = new Directory(parts);
    await directory.load();
    await commit(parts.desk, ...directory.#agree(directory.#users.keys(), directory.groups()));
    return directory;
  }

  /** Takes what is stored for what is so. */
  async load(): Promise<void> {
    const { desk, openText } = this.#parts;
    const read = async <T>(table: Table, limit: number, into: Map<number, Entry<T>>) => {
      const rows = await readEntries(desk.store, table, limit);
      into.clear();
      for (const row of rows) {
        const document = JSON.parse(openText(table.name, 'document', row.id, row.document)) as T;
        into.set(row.id, { id: row.id, document, createdAtMs: row.created_at_ms, changedAtMs: row.changed_at_ms });
      }
    };
    await read(usersTable, directoryLimits.users, this.#users);
    await read(groupsTable, directoryLimits.groups, this.#groups);
  }

  users(): Entry<UserDocument>[] {
    return [...this.#users.values()];
  }

  groups(): Entry<GroupDocument>[] {
    return [...this.#groups.values()];
  }

  groupsOf(user: number): Entry<GroupDocument>[] {
    return this.groups().filter(({ document }) => document.members.includes(user));
  }

  has(user: number): boolean {
    return this.#users.has(user);
  }

  /** Whom the directory knows by a number of its own. */
  byExternalId(id: string): number | undefined {
    return this.users().find(({ document }) => document.externalId === id)?.id;
  }

  /** @param id absent to make one @throws {Fault} `not_found`, `conflict`, `bad_request`, `limit_reached`, `too_large` */
  saveUser(id: number | undefined, document: UserDocument): Promise<Entry<UserDocument>> {
    const { desk } = this.#parts;
    return desk.alone(async () => {
      const before = id === undefined ? undefined : held(this.#users, id);
      this.#refuseTwins(this.#users, id, ({ userName, externalId }) => [userName, externalId], document);
      if (!before && this.#users.size >= directoryLimits.users) throw new Fault('limit_reached', 'directoryLimits.users');
      const saved = before ? this.#changed(before, document) : this.#made(await desk.store.allocate('people', 1), document);
      const profile = profileOf(document, this.#rolesOf(saved.id));
      const person = before
        ? [desk.people.replace(saved.id, profile, !document.active), ...this.#shutOut(saved)]
        : [desk.people.add(saved.id, profile, {}, !document.active)];
      await commit(desk, ...person, this.#keep(usersTable, this.#users, saved));
      return saved;
    });
  }

  /** @throws {Fault} `not_found` */
  removeUser(id: number): Promise<void> {
    const { desk } = this.#parts;
    return desk.alone(async () => {
      held(this.#users, id);
      const left = this.groupsOf(id).map((group) => {
        const members = group.document.members.filter((member) => member !== id);
        return this.#keep(groupsTable, this.#groups, this.#changed(group, { ...group.document, members }));
      });
      const gone = { changes: [deleteEntry(usersTable, id)], keep: () => void this.#users.delete(id) };
      const theirs = [desk.sessions.endAll(id), desk.links.endAll(id), desk.passkeys?.removeAll(id)];
      await commit(desk, desk.people.remove(id), ...theirs, ...left, gone);
    });
  }

  /** Members who are not in the directory are left out. @throws {Fault} as `saveUser` */
  saveGroup(id: number | undefined, wanted: GroupDocument): Promise<Entry<GroupDocument>> {
    const { desk } = this.#parts;
    return desk.alone(async () => {
      const before = id === undefined ? undefined : held(this.#groups, id);
      this.#refuseTwins(this.#groups, id, ({ displayName, externalId }) => [displayName, externalId], wanted);
      if (!before && this.#groups.size >= directoryLimits.groups) throw new Fault('limit_reached', 'directoryLimits.groups');
      const document = { ...wanted, members: [...new Set(wanted.members)].filter((member) => this.#users.has(member)) };
      // From the sequence of people: a number means one thing in the whole directory (RFC 7643, section 3.1).
      const saved = before ? this.#changed(before, document) : this.#made(await desk.store.allocate('people', 1), document);
      const affected = [...(before?.document.members ?? []), ...document.members];
      await this.#commitGroup(this.#keep(groupsTable, this.#groups, saved), affected, [...this.#without(saved.id), saved]);
      return saved;
    });
  }

  /** @throws {Fault} `not_found` */
  removeGroup(id: number): Promise<void> {
    return this.#parts.desk.alone(async () => {
      const { members } = held(this.#groups, id).document;
      const gone = { changes: [deleteEntry(groupsTable, id)], keep: () => void this.#groups.delete(id) };
      await this.#commitGroup(gone, members, this.#without(id));
    });
  }

  /** A group and the roles that follow from it, in one transaction. @param groups as they are afterwards */
  async #commitGroup(group: Step, affected: readonly number[], groups: readonly Entry<GroupDocument>[]): Promise<void> {
    await commit(this.#parts.desk, group, ...this.#agree(affected, groups));
  }

  /** Gives each of them what the directory says of them now, where it differs. */
  #agree(users: Iterable<number>, groups: readonly Entry<GroupDocument>[]): Step[] {
    const { people, sessions } = this.#parts.desk;
    return [...new Set(users)].flatMap((id) => {
      const entry = this.#users.get(id);
      const is = people.find(id);
      if (!entry || !is) return [];
      const profile = profileOf(entry.document, this.#rolesOf(id, groups));
      const agrees = profile.roles.join() === is.roles.join() && entry.document.active === (is.state !== 'disabled');
      return agrees ? [] : [people.replace(id, profile, !entry.document.active), sessions.endAll(id)];
    });
  }

  /** Somebody who is not active has no session and no link from then on. */
  #shutOut({ id, document }: Entry<UserDocument>): Step[] {
    const { sessions, links } = this.#parts.desk;
    return document.active ? [] : [sessions.endAll(id), links.endAll(id)];
  }

  #without(group: number): Entry<GroupDocument>[] {
    return this.groups().filter(({ id }) => id !== group);
  }

  #rolesOf(user: number, groups: readonly Entry<GroupDocument>[] = this.groups()): Role[] {
    const own = groups.filter(({ document }) => document.members.includes(user));
    const named = own.flatMap(({ document: { displayName, externalId } }) =>
      externalId === undefined ? [displayName] : [displayName, externalId],
    );
    return rolesOfGroups(this.#parts.groups, named);
  }

  #refuseTwins<T>(
    entries: ReadonlyMap<number, Entry<T>>,
    id: number | undefined,
    names: (document: T) => [string, string | undefined],
    document: T,
  ): void {
    const [name, externalId] = names(document);
    for (const other of entries.values()) {
      const [otherName, otherId] = names(other.document);
      if (other.id === id || !(same(name, otherName) || (externalId !== undefined && externalId === otherId))) continue;
      throw new Fault('conflict', same(name, otherName) ? 'name' : 'externalId');
    }
  }

  #made<T>(id: number, document: T): Entry<T> {
    const nowMs = this.#parts.desk.ports.clock.nowMs();
    return { id, document, createdAtMs: nowMs, changedAtMs: nowMs };
  }

  #changed<T>(entry: Entry<T>, document: T): Entry<T> {
    return { ...entry, document, changedAtMs: this.#parts.desk.ports.clock.nowMs() };
  }

  #keep<T>(table: Table, entries: Map<number, Entry<T>>, entry: Entry<T>): Step {
    const text = JSON.stringify(entry.document);
    if (Buffer.byteLength(text) > directoryLimits.documentBytes) throw new Fault('too_large', 'directoryLimits.documentBytes');
    const row: EntryRow = {
      id: entry.id,
      document: this.#parts.sealText(table.name, 'document', entry.id, text),
      created_at_ms: entry.createdAtMs,
      changed_at_ms: entry.changedAtMs,
    };
    const change: Change = putEntry(table, row);
    return { changes: [change], keep: () => void entries.set(entry.id, entry) };
  }
}

function held<T>(entries: ReadonlyMap<number, T>, id: number): T {
  const entry = entries.get(id);
  if (!entry) throw new Fault('not_found', `directory ${id}`);
  return entry;
}

/** @throws {Fault} `bad_request` when nothing of it can be a name */
function profileOf({ userName, displayName, name, emails, preferredLanguage }: UserDocument, roles: readonly Role[]): Profile {
  const parts = [name?.givenName, name?.familyName].filter(Boolean).join(' ');
  const email = (emails?.find(({ primary }) => primary) ?? emails?.[0])?.value;
  return {
    login: userName,
    name: (displayName || name?.formatted || parts || userName).slice(0, peopleLimits.nameLength),
    ...(email !== undefined && { email }),
    roles,
    language: /^zh/i.test(preferredLanguage ?? '') ? 'zh' : 'en',
  };
}
