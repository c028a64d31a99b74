// The versions of an organisation's policies: sealed in the store, the newest in force, each told to the audit log by its hash. Before the
// first change the node's own hold, which are version 0.

import { Fault } from '../errors.ts';
import type { Act, ActOrder } from '../model/act.ts';
import type { Json } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { nothingKnown, PolicyEngine } from './decide.ts';
import { defaultFiles, type PolicyFile, type PolicyFlaw, type PolicySet, readPolicies } from './policies.ts';
import { insertVersion, policyVersionsTable, readVersion, readVersions, type VersionRow } from './policy-store.ts';

export const policyChange = 'policy.change';
const versionsShown = 200;

export type PolicyVersion = { version: number; hash: string; savedAtMs?: number; approvalId?: number };
type Body = { files: readonly PolicyFile[]; approvalId?: number };

export type PolicyBookParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  engine: PolicyEngine;
  fourEyes: 'people' | 'always';
  /** Everybody who can act on this node: people and keys with their roles, and the operator. */
  holders(): Promise<readonly Principal[]>;
  note(entry: { actor: string; action: string; outcome: string; target: string }): Promise<void>;
};

/** Files of this build, read once. */
let own: PolicySet | undefined;

/** The node's own policies. @throws {TypeError} when they are broken: a node that cannot tell who may what does not start */
export function defaultPolicies(): PolicySet {
  if (own) return own;
  const read = readPolicies(defaultFiles());
  if ('set' in read) {
    own = read.set;
    return own;
  }
  const [{ file, line, reason }] = read.flaws as [PolicyFlaw];
  throw new TypeError(`core/access/policies/${file}:${line}: ${reason}`);
}

export class PolicyBook {
  readonly #parts: PolicyBookParts;
  #current: PolicyVersion;

  private constructor(parts: PolicyBookParts, current: PolicyVersion) {
    this.#parts = parts;
    this.#current = current;
  }

  /**
   * Puts the newest version in force. One that an older build wrote and this one's schema refuses stops the opening.
   * @throws {Fault} `policies_broken`
   */
  static async open(parts: PolicyBookParts): Promise<PolicyBook> {
    const row = await readVersion(parts.store);
    if (!row) {
      const defaults = defaultPolicies();
      parts.engine.use(defaults);
      return new PolicyBook(parts, { version: 0, hash: defaults.hash });
    }
    const book = new PolicyBook(parts, { version: row.version, hash: '' });
    const read = readPolicies(book.#bodyOf(row).files);
    if ('flaws' in read) throw new Fault('policies_broken', placeOf(read.flaws[0]!));
    if (read.set.hash !== Buffer.from(row.hash).toString('hex')) throw new Fault('seal_broken', `policy version ${row.version}`);
    parts.engine.use(read.set);
    book.#current = book.#versionOf(row);
    return book;
  }

  get current(): PolicyVersion {
    return this.#current;
  }

  /** Newest first, the node's own last. */
  async versions(): Promise<PolicyVersion[]> {
    const rows = await readVersions(this.#parts.store, versionsShown);
    return [...rows.map((row) => this.#versionOf(row)), { version: 0, hash: defaultPolicies().hash }];
  }

  /** @throws {Fault} `not_found` */
  async filesOf(version: number): Promise<readonly PolicyFile[]> {
    if (version === 0) return defaultFiles();
    const row = await readVersion(this.#parts.store, version);
    if (!row) throw new Fault('not_found', `policy version ${version}`);
    return this.#bodyOf(row).files;
  }

  /** The act of changing them, for approvals. */
  get act(): Act<{ files: PolicyFile[]; from: number }> {
    return {
      kind: policyChange,
      name: { en: 'change the policies', zh: '更改策略' },
      read: async (payload) => {
        const { files, from } = readPayload(payload, this.#current.version);
        const { set } = await this.checked(files);
        return { files: [...set.files], from };
      },
      describe: ({ files, from }) => this.#describe(files, from),
      run: (payload, order) => this.#change(payload, order),
      // It ends in its own transaction, and only ever follows the version it was made from.
      repeatable: true,
    };
  }

  /** @throws {Fault} `policies_broken` with line and reason; `conflict` where nobody could change them back */
  async checked(files: readonly PolicyFile[]): Promise<{ set: PolicySet }> {
    const read = readPolicies(files);
    if ('flaws' in read) throw new Fault('policies_broken', read.flaws.slice(0, 5).map(placeOf).join('\n'));
    if (!canBeChanged(read.set, await this.#parts.holders(), this.#parts.fourEyes))
      throw new Fault('conflict', 'with these policies nobody who is here could change them again');
    return read;
  }

  async #change({ files, from }: { files: PolicyFile[]; from: number }, order: ActOrder): Promise<Json | undefined> {
    const { store, ports, engine } = this.#parts;
    if (from !== this.#current.version) throw new Fault('conflict', `the policies are version ${this.#current.version} by now`);
    const { set } = await this.checked(files);
    const version = from + 1;
    const row: VersionRow = {
      version,
      saved_at_ms: ports.clock.nowMs(),
      hash: Buffer.from(set.hash, 'hex'),
      body: this.#parts.sealText(
        policyVersionsTable.name,
        'body',
        version,
        JSON.stringify({ files, approvalId: order.approvalId } satisfies Body),
      ),
    };
    const result = { version, hash: set.hash };
    // Before the change: a version that the log does not know of is one that nobody can check.
    await this.#parts.note({
      actor: order.approvedBy ?? order.proposedBy,
      action: 'policy.version',
      outcome: 'attempted',
      target: `version ${version}, sha256 ${set.hash}`,
    });
    await store.transact([insertVersion(row), order.done(result)]);
    engine.use(set);
    this.#current = this.#versionOf(row);
    return result;
  }

  async #describe(files: readonly PolicyFile[], from: number) {
    const old = new Map((await this.filesOf(from)).map(({ name, text }) => [name, text]));
    const names = new Set(files.map(({ name }) => name));
    const changed = files.filter(({ name, text }) => old.has(name) && old.get(name) !== text).map(({ name }) => name);
    const added = [...names].filter((name) => !old.has(name));
    const gone = [...old.keys()].filter((name) => !names.has(name));
    const list = (all: readonly string[]) => all.join(', ') || '-';
    return {
      en: `policies from version ${from}: changed ${list(changed)}; new ${list(added)}; gone ${list(gone)}`,
      zh: `自版本 ${from} 更改策略：修改 ${list(changed)}；新增 ${list(added)}；删除 ${list(gone)}`,
    };
  }

  #bodyOf(row: VersionRow): Body {
    return JSON.parse(this.#parts.openText(policyVersionsTable.name, 'body', row.version, row.body)) as Body;
  }

  #versionOf(row: VersionRow): PolicyVersion {
    const { approvalId } = this.#bodyOf(row);
    const hash = Buffer.from(row.hash).toString('hex');
    return {
      version: row.version,
      hash,
      savedAtMs: row.saved_at_ms,
      ...(approvalId !== undefined && { approvalId }),
    };
  }
}

export function placeOf({ file, line, reason }: PolicyFlaw): string {
  return `${file}:${line}: ${reason}`;
}

/** For trying policies out. One for all, as Cedar keeps what it has parsed. */
let trial: PolicyEngine | undefined;

/** Whether somebody can propose a change and, where that needs it, somebody else can approve it. */
export function canBeChanged(set: PolicySet, holders: readonly Principal[], fourEyes: 'people' | 'always'): boolean {
  trial ??= new PolicyEngine(set);
  trial.use(set);
  const engine = trial;
  const asked = { ...nothingKnown, steppedUp: true, fourEyes };
  const may = (who: Principal, action: string, more = {}) => engine.decide(who, action, undefined, { ...asked, ...more }).allowed;
  return holders.some((proposer) => {
    if (!may(proposer, 'approval.propose')) return false;
    if (may(proposer, policyChange)) return true;
    if (!may(proposer, policyChange, { approved: true })) return false;
    return holders.some(
      (other) =>
        other.actor !== proposer.actor &&
        may(other, 'approval.decide') &&
        engine.decide(other, 'approve', { type: 'Act', id: policyChange }, asked).allowed,
    );
  });
}

/** @throws {Fault} `bad_request` */
function readPayload(payload: unknown, current: number): { files: PolicyFile[]; from: number } {
  const given = (typeof payload === 'object' && payload !== null ? payload : {}) as { files?: unknown; from?: unknown };
  const { files, from = current } = given;
  if (!Array.isArray(files)) throw new Fault('bad_request', 'payload.files: [{ name, text }]');
  const read = files.map((file: { name?: unknown; text?: unknown } | null) => {
    if (typeof file?.name !== 'string' || typeof file.text !== 'string')
      throw new Fault('bad_request', 'payload.files: [{ name, text }]');
    return { name: file.name, text: file.text };
  });
  if (!Number.isSafeInteger(from)) throw new Fault('bad_request', 'payload.from: the version that was changed');
  return { files: read.sort((a, b) => (a.name < b.name ? -1 : 1)), from: from as number };
}
