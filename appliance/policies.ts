// Access in this process: the policies in force, what asks them, and what opens and closes with the node. app.ts holds one and mounts it.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { alarmOrigins, glassChanged } from './alarms.ts';
import { Approvals } from './core/access/approvals.ts';
import { BreakGlass } from './core/access/break-glass.ts';
import { AccessControl } from './core/access/control.ts';
import { PolicyEngine } from './core/access/decide.ts';
import { defaultPolicies, PolicyBook } from './core/access/policy-book.ts';
import { mountPolicies } from './core/access/policy-routes.ts';
import { mountShown, type SentAnswer, type ShownParts, shownTo } from './core/access/shown.ts';
import { pseudonym, Tokens } from './core/access/stand-ins.ts';
import { mountUnmask } from './core/access/unmask.ts';
import { Fault } from './core/errors.ts';
import type { Act } from './core/model/act.ts';
import { operator, type Principal } from './core/model/principal.ts';
import type { Ports } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import { textSeal } from './core/vault/vault.ts';
import type { OpenNode } from './node.ts';
import { parsePersonId } from './record/profiles/profiles.ts';

export type PoliciesParts = {
  ports: Ports;
  fourEyes: 'people' | 'always';
  /** The open node; throws `sealed`. */
  node(): OpenNode;
  /** People and keys with their roles, who could change the policies; the operator is added. */
  holders(node: OpenNode): Promise<readonly Principal[]>;
  /** Told of each answer as it was masked and as it was sent. */
  watch?: ((answer: SentAnswer) => void) | undefined;
};

type Opened = { node: OpenNode; book: PolicyBook; approvals: Approvals; glass: BreakGlass; tokens: Tokens };

export class Policies {
  readonly engine = new PolicyEngine(defaultPolicies());
  readonly control: AccessControl;
  readonly #parts: PoliciesParts;
  readonly #acts = new Map<string, Act<never>>();
  #opened: Opened | undefined;

  constructor(parts: PoliciesParts) {
    this.#parts = parts;
    this.control = new AccessControl({
      engine: this.engine,
      fourEyes: parts.fourEyes,
      nowMs: () => parts.ports.clock.nowMs(),
      isGlassBroken: (actor) => this.#opened?.glass.isBroken(actor) === true,
      parsePersonId,
      consentOf: (person, purpose) => this.#consentOf(person, purpose),
    });
  }

  /** An act that two people do together. Before the node opens, so that what a kill left is taken up. */
  registerAct<Payload>(act: Act<Payload>): void {
    if (this.#acts.has(act.kind)) throw new TypeError(`the act ${act.kind} is registered twice`);
    this.#acts.set(act.kind, act as unknown as Act<never>);
  }

  /** Puts the node's own policies in force, before anything is answered. @throws {Fault} `policies_broken` */
  async open(node: OpenNode): Promise<void> {
    const { ports, fourEyes } = this.#parts;
    const { store } = node;
    const common = { store, ports, ...textSeal(node.vault) };
    const book = await PolicyBook.open({
      ...common,
      engine: this.engine,
      fourEyes,
      holders: async () => [operator, ...(await this.#parts.holders(node))],
      note: (entry) => append(node, entry),
    });
    if (!this.#acts.has(book.act.kind)) this.registerAct({ ...book.act, ...this.#changeAct() });
    const approvals = new Approvals({
      ...common,
      acts: this.#acts,
      mayPropose: (principal, kind) => this.control.mayPropose(principal, kind),
      mayApprove: (principal, kind) => this.control.mayApprove(principal, kind),
      note: (entry) => append(node, entry),
    });
    const glass = await BreakGlass.open({ ...common, changed: (one) => glassChanged(node.alarms, one) });
    this.#opened = { node, book, approvals, glass, tokens: new Tokens(node.vault) };
    node.alarms.begin(alarmOrigins({ ...node, glass }));
  }

  /** For what a route asks only once it knows what it is about. @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
  async demand(principal: Principal, action: string): Promise<void> {
    const decision = await this.control.decide(principal, { action, purpose: undefined, params: {} });
    if (!decision.allowed) throw new Fault(decision.needs ?? 'forbidden', action);
  }

  /** Whether it is allowed, for what a route leaves out where it is not. */
  async may(principal: Principal, action: string): Promise<boolean> {
    return (await this.control.decide(principal, { action, purpose: undefined, params: {} })).allowed;
  }

  /** Runs what was approved when the node was killed. */
  async resume(): Promise<void> {
    await this.#now().approvals.open();
  }

  /** The node seals: what its organisation decided cannot be read any more, and what a new node has holds for what is open then. */
  async close(): Promise<void> {
    await this.#opened?.approvals.settled();
    this.#opened = undefined;
    this.engine.use(defaultPolicies());
  }

  get approvals(): Approvals {
    return this.#now().approvals;
  }

  get tokens(): Tokens {
    return this.#now().tokens;
  }

  /** For doctor; nothing while the node is sealed. */
  async check(): Promise<Finding[]> {
    const opened = this.#opened;
    if (!opened) return [];
    return [...(await opened.approvals.check()), ...(await opened.glass.check())];
  }

  /** For streams: each item as the caller may see it. */
  readonly shownTo = (request: FastifyRequest) => shownTo(request, this.#shown);

  /** The hook over every answer. Mount it before the routes. */
  mountMasks(http: FastifyInstance): void {
    mountShown(http, this.#shown);
  }

  /** What stands for a person where rows are given out: the same for one purpose, and joined by nobody with another's. */
  pseudonymOf(purpose: string, personId: number): string {
    return pseudonym(this.#now().node.vault, purpose, 'other', `p${personId}`).replace('other-', 'person-');
  }

  mountRoutes(scope: FastifyInstance, document: () => unknown): void {
    const { fourEyes, node } = this.#parts;
    mountPolicies(scope, {
      engine: this.engine,
      fourEyes,
      book: () => this.#now().book,
      approvals: () => this.#now().approvals,
      glass: () => this.#now().glass,
      document,
      acts: () => [...this.#acts.keys()],
      purposes: () => [...node().consent.table.purposes.keys()],
      namedPurposes: () =>
        [...node().consent.table.purposes.values()].map(({ purpose, name, channels }) => ({ purpose, name, channels })),
    });
    mountUnmask(scope, { parsePersonId, profile: (id) => node().profiles.profile(id), tokens: () => this.tokens });
  }

  get #shown(): ShownParts {
    return {
      isAboutCustomers: (action) => this.control.isAboutCustomers(action),
      sightOf: (principal, purpose) => this.control.sightOf(principal, purpose),
      pseudonym: (purpose, dataClass, value) => pseudonym(this.#now().node.vault, purpose, dataClass, value),
      watch: this.#parts.watch,
    };
  }

  /** The book is made anew with each opening; the act asks the one that is open. */
  #changeAct(): Pick<Act<never>, 'read' | 'describe' | 'run'> {
    const act = () => this.#now().book.act as unknown as Act<never>;
    return {
      read: (payload, proposer) => act().read(payload, proposer),
      describe: (payload) => act().describe(payload),
      run: (payload, order) => act().run(payload, order),
    };
  }

  /** The consent gate's word on one customer; a purpose that is not declared is not asked about. */
  async mayUse(person: number, purpose: string): Promise<boolean> {
    return (await this.#consentOf(person, purpose)) !== 'denied';
  }

  async #consentOf(person: number, purpose: string): Promise<'allowed' | 'denied' | 'unasked'> {
    const { consent } = this.#parts.node();
    if (!consent.table.purposes.has(purpose)) return 'unasked';
    // What agents do all day rests on the contract: no second look at the customer for that.
    if (consent.isAlwaysAllowed(purpose)) return 'allowed';
    try {
      const { allowed } = await consent.mayUse(person, purpose, '*', this.#parts.ports.clock.nowMs());
      return allowed ? 'allowed' : 'denied';
    } catch (error) {
      if (error instanceof Fault && error.code === 'not_found') return 'unasked';
      throw error;
    }
  }

  #now(): Opened {
    if (!this.#opened) throw new Fault('sealed');
    return this.#opened;
  }
}

async function append(
  { audit }: OpenNode,
  entry: { actor: string; action: string; outcome: string; target: string },
): Promise<void> {
  await audit.append(entry);
}
