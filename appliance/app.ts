// The composition root: builds the slices, passes functions between them, mounts their routes, and holds the seal: what the
// process serves while it is sealed, and how it opens and closes.

import { join, resolve } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Argon2Cost } from '../crypto/kdf.ts';
import type { Key } from '../crypto/keys.ts';
import type { SentAnswer } from './core/access/shown.ts';
import { type AuditEntry, Refusals } from './core/audit/audit.ts';
import { mountAudit } from './core/audit/routes.ts';
import type { Config } from './core/config.ts';
import { codeOf, Fault } from './core/errors.ts';
import { mountAccess, principalOf } from './core/http/access.ts';
import { mountAudited } from './core/http/audited.ts';
import { createHttp } from './core/http/http.ts';
import type { LogLevel } from './core/http/log.ts';
import { LogRing } from './core/http/log-ring.ts';
import { mountPages } from './core/http/pages.ts';
import type { Event, Outcome, SourceId } from './core/model/event.ts';
import type { Principal } from './core/model/principal.ts';
import type { Ports } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { ServerTls } from './core/tls/tls.ts';
import { unlock } from './core/vault/vault.ts';
import { featureRoutes } from './decide/features/routes.ts';
import { mountModels } from './decide/models/routes.ts';
import { segmentRoutes } from './decide/segments/routes.ts';
import {
  type Authenticator,
  keyAuthenticator,
  mountEntrances,
  mountPeople,
  openDoor,
  operatorAuthenticator,
  peopleWithRoles,
  sessionAuthenticator,
} from './door.ts';
import { federationActs, federationActsOf, isMatchExportGranted } from './federate/acts.ts';
import { federateRoutes } from './federate/routes.ts';
import { importAction } from './import-routes.ts';
import { migrations, type OpenNode, openNode } from './node.ts';
import { openDoctor } from './node-doctor.ts';
import { openFigures } from './node-figures.ts';
import { openStore } from './open-store.ts';
import { mountOperations } from './operations.ts';
import { mountAccessReview } from './oversee/access-review/routes.ts';
import { mountAlarms } from './oversee/alarms/routes.ts';
import { governanceRoutes } from './oversee/governance/routes.ts';
import { subjectRoutes } from './oversee/subjects/routes.ts';
import { erasureLogFile } from './oversee/subjects/subjects.ts';
import { Policies } from './policies.ts';
import { addressOf, outsideOf } from './reached-at.ts';
import { consentRoutes, linkRoutes, preferenceRoutes } from './record/consent/routes.ts';
import { createLiveFeed, eventRoutes, type LiveFeed, liveRoutes } from './record/events/events.ts';
import { parsePersonId } from './record/profiles/profiles.ts';
import { lookRoutes, profileRoutes } from './record/profiles/routes.ts';
import { mountDictionaries, mountQuarantine, sourceRoutes } from './record/sources/routes.ts';
import { RecoveryShares } from './recovery-shares.ts';
import { type Rotation, rotationAct } from './seal.ts';
import { exportingSegment, exportToken, isSegmentGranted, segmentExportAct } from './segment-acts.ts';
import { SeveralNodes } from './several-nodes.ts';
import { erasureAct, exportAct, exporting, isExportGranted, retentionAct } from './subject-acts.ts';
import { version } from './version.ts';

/** What `npm run console:build` makes; where packages are built it lies at the same place. */
const builtConsole = join(import.meta.dirname, '..', 'admin-console', 'dist');

export type AppOptions = {
  folder: string;
  config: Config;
  ports: Ports;
  /** Who may call /api: the token that init wrote to the data folder. */
  accessToken: string;
  log?: LogLevel;
  /** Mean delay of the event loop in milliseconds, by which it turns requests away; measured when absent. */
  loopDelayMs?(): number;
  /** Serves by HTTPS where the configuration says so; who opens a folder without serving needs no certificate. */
  serving?: boolean;
  /** Ways to say who asks beside the access token and sessions, and who may come by them. */
  ways?: readonly Authenticator[];
  holders?(): Promise<readonly Principal[]>;
  /** Closes the process when an operator asks for it over the API. */
  onClose?(): void;
  /** What a password of a person costs to try; today's when absent. */
  passwordCost?: Argon2Cost;
  /** A copy that is opened to be looked at: it dials nobody and does nothing by itself. */
  apart?: boolean;
  /** Of several nodes: this one was the lead and is not any more. What it holds in memory is void; the process should end. */
  onLost?(): void;
  /** Told of each answer as it was masked and as it was sent. */
  watchAnswers?(answer: SentAnswer): void;
};

export type Secret = { passphrase: string } | { shares: string[] };

export class App {
  readonly http: FastifyInstance;
  readonly live: LiveFeed = createLiveFeed();
  /** Who may what, and acts for two people. */
  readonly policies: Policies;
  readonly #options: AppOptions;
  readonly #store: Store;
  readonly #several: SeveralNodes | undefined;
  /** Wrong tokens and passphrases; those of while the node is sealed wait in a file. */
  readonly refusals: Refusals;
  #node: OpenNode | undefined;
  #figures: Awaited<ReturnType<typeof openFigures>> | undefined;
  readonly #logs = new LogRing(process.stdout);
  #changing: Promise<unknown> = Promise.resolve();
  #openingNoted = false;
  readonly #startedAtMs: number;
  readonly doctor: ReturnType<typeof openDoctor>;
  readonly tls: ServerTls | undefined;

  constructor(options: AppOptions, store: Store, tls?: ServerTls) {
    this.#options = options;
    this.#startedAtMs = options.ports.clock.nowMs();
    this.#store = store;
    this.tls = tls;
    this.#several =
      store.cluster &&
      new SeveralNodes(store.cluster, {
        ...{ ...options, store, failed: this.#failed },
        openLead: async (root) => {
          await this.#openHere(root);
          await this.#noteOpening(system);
        },
        lead: () => this.#node,
      });
    this.refusals = new Refusals(join(options.folder, 'refused.json'), options.ports.clock);
    this.policies = new Policies({
      ports: options.ports,
      fourEyes: options.config.fourEyes ?? 'people',
      node: () => this.node(),
      holders: async (node) => [...peopleWithRoles(node.access), ...((await options.holders?.()) ?? [])],
      watch: options.watchAnswers,
    });
    this.policies.registerAct(rotationAct(this));
    this.policies.registerAct(erasureAct(() => this.node().subjects));
    const nowMs = () => options.ports.clock.nowMs();
    this.policies.registerAct(exportAct(nowMs));
    this.policies.registerAct(retentionAct(() => this.node().subjects));
    this.policies.registerAct(segmentExportAct(() => this.node(), nowMs));
    for (const act of federationActsOf(() => this.node().federate, nowMs)) this.policies.registerAct(act);
    this.doctor = openDoctor(this, { ...options, store, failed: this.#failed });
    this.http = createHttp({
      ports: options.ports,
      version,
      isSealed: () => this.sealed,
      isLead: () => this.#several === undefined || this.#node !== undefined,
      problems: () => this.#several?.problems() ?? [],
      log: { level: options.log ?? 'warn', sink: this.#logs },
      ...(options.config.trustedProxies && { trustedProxies: options.config.trustedProxies }),
      ...(options.loopDelayMs && { loopDelayMs: options.loopDelayMs }),
      ...(tls && { tls: tls.options }),
    });
    tls?.begin(this.http.server);
  }

  /** Opens the store and mounts the routes; the node is sealed still. */
  static async create(options: AppOptions): Promise<App> {
    const store = await openStore(options.folder, options.config, options.ports);
    try {
      await store.migrate(migrations);
      const app: App = new App(options, store, await ServerTls.of(options, (what, error) => app.#failed(what, error)));
      await app.#mount();
      return app;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get accessToken(): string {
    return this.#options.accessToken;
  }

  get sealed(): boolean {
    return this.#node === undefined && !this.#several?.isOpen;
  }

  /** @throws {Fault} `sealed`, `not_the_lead` */
  readonly node = (): OpenNode => {
    if (!this.#node) throw new Fault(this.sealed ? 'sealed' : 'not_the_lead');
    return this.#node;
  };

  /** @throws {Fault} `wrong_passphrase`, `key_file_damaged`, `key_file_missing` */
  async unseal(secret: Secret, actor = system): Promise<void> {
    await this.#alone(async () => {
      if (!this.sealed) return;
      await this.#open(await this.#unlock(secret));
      await this.#noteOpening(actor);
    });
  }

  /** The same for a process that begins to serve only if `listen` succeeds: one that cannot leaves everything as it was. */
  async unsealAndListen(secret: Secret, listen: () => Promise<string>): Promise<string> {
    return this.#alone(async () => {
      await this.#open(await this.#unlock(secret));
      const url = await listen();
      await this.#noteOpening(system);
      return url;
    });
  }

  async unsealWithRoot(root: Key<'root'>): Promise<void> {
    await this.#alone(async () => {
      if (!this.sealed) return;
      await this.#open(root);
      await this.#noteOpening(system);
    });
  }

  /** Finishes what was accepted and overwrites every key in memory. */
  async seal(): Promise<void> {
    await this.#alone(async () => {
      const node = this.#node;
      await this.refusals.close();
      this.#node = undefined;
      this.#openingNoted = false;
      await this.#figures?.close();
      this.#figures = undefined;
      await this.policies.close();
      await node?.close();
      await this.#several?.close();
    });
  }

  /** What an import in this process records; beside a running node the route does the same. */
  async importBatch(source: SourceId, events: readonly Event[], actor: string): Promise<Outcome[]> {
    const { audit, recordBatch } = this.node();
    const entry = { actor, action: importAction, target: `source ${source}` };
    await audit.append({ ...entry, outcome: 'attempted' });
    const outcomes = await recordBatch(source, events);
    await audit.append({ ...entry, outcome: 'done' });
    return outcomes;
  }

  /** The latest key rotation. */
  rotation: Rotation = { kind: 'none', state: 'none', done: 0, total: 0 };

  /** Starts a key rotation in the background. @throws {Fault} `conflict` while one runs */
  rotate(kind: 'wrapping' | 'data'): Rotation {
    const node = this.node();
    if (this.#several) throw new Fault('not_with_several_nodes', 'rotating keys');
    if (this.rotation.state === 'running') throw new Fault('conflict', 'a key rotation is already running');
    const rotation: Rotation = { kind, state: 'running', done: 0, total: 0 };
    this.rotation = rotation;
    const progress = (at: { done: number; total: number }) => Object.assign(rotation, at);
    const work = kind === 'wrapping' ? node.vault.rotateWrappingKey(progress) : node.rotateDataKeys(progress);
    const ended = (outcome: string) => this.#note({ actor: system, action: 'keys.rotate', outcome, target: `${kind} keys` });
    work.then(
      () => {
        rotation.state = 'done';
        return ended('done');
      },
      (error) => {
        rotation.state = 'failed';
        rotation.code = error instanceof Fault ? error.code : 'internal';
        return ended(`failed:${rotation.code}`);
      },
    );
    return rotation;
  }

  async close(): Promise<void> {
    this.doctor.close();
    this.tls?.close();
    await this.http.close();
    if (this.#node && this.#openingNoted)
      await this.#note({ actor: system, action: 'seal', outcome: 'allowed', target: 'the process stops' });
    await this.seal();
    await this.#store.close();
  }

  async #open(root: Key<'root'>): Promise<void> {
    if (this.#several) await this.#several.begin(root);
    else await this.#openHere(root);
  }

  async #openHere(root: Key<'root'>): Promise<void> {
    const { ports, config, folder } = this.#options;
    let node: OpenNode;
    try {
      node = await openNode({
        store: this.#store,
        root,
        ports,
        config,
        baseUrl: this.#address,
        folder,
        ...(this.#options.passwordCost && { passwordCost: this.#options.passwordCost }),
        ...(config.auditSink !== undefined && { auditSink: resolve(folder, config.auditSink) }),
        erasureLog: resolve(folder, config.erasureLog ?? erasureLogFile),
        ...(this.#options.apart && { apart: true }),
        isServing: () => this.http.server.listening,
        failed: this.#failed,
      });
    } finally {
      root.destroy();
    }
    try {
      await this.policies.open(node);
      this.#figures = await openFigures(node, { clock: ports.clock, folder, failed: this.#failed });
    } catch (error) {
      await node.close();
      throw error;
    }
    this.#node = node;
    // What a kill cut short goes on by itself.
    const [unfinished] = await node.vault.unfinishedRotations();
    if (unfinished !== undefined) this.rotate(unfinished);
    await this.policies.resume();
  }

  readonly #outside = () => outsideOf(this.#options.folder, this.#options.config, this.tls);
  readonly #address = () => addressOf(this.http, this.#options.config, this.tls);
  readonly #failed = (what: string, error: unknown): void => {
    this.http.log.error({ code: codeOf(error), what }, 'a part of the node failed');
  };

  async #unlock(secret: Secret): Promise<Key<'root'>> {
    try {
      return await unlock(this.#options.folder, secret);
    } catch (error) {
      if (error instanceof Fault && error.code === 'wrong_passphrase') this.refusals.note('passphrase');
      throw error;
    }
  }

  /** Undefined while sealed. */
  readonly figures = () => this.#figures?.figures;
  /** Counts the node's figures now: what has just come into it shows at once. */
  readonly measure = async () => this.figures()?.measure();

  async #noteOpening(actor: string): Promise<void> {
    // Of several nodes the lead keeps the log, and notes its own opening once.
    if (!this.#node || this.#openingNoted) return;
    this.#openingNoted = true;
    this.#figures?.figures.begin();
    const { audit } = this.node();
    await this.refusals.open((entry) => audit.append(entry));
    await this.#note({ actor, action: 'unseal', outcome: 'done' });
  }

  /** An entry about the node itself: what it tells has happened or cannot be held up, so that a fault of the log does not undo it. */
  async #note(entry: AuditEntry): Promise<void> {
    await this.#node?.audit.append(entry).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      this.http.log.error({ code: error.code, action: entry.action }, 'an entry of the audit log could not be written');
    });
  }

  /** Sealing and unsealing one after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work, work);
    this.#changing = next.catch(() => undefined);
    return next;
  }

  async #mount(): Promise<void> {
    this.#mountDoor();
    await this.#mountOpen();
    mountPages(this.http, { folder: builtConsole, random: this.#options.ports.random });
    await this.http.register((scope) => this.#mountApi(scope));
    await this.http.ready();
  }

  /** Who is there, whether they may, what they see, and the log of it: before any route. */
  #mountDoor(): void {
    const { http, node } = this;
    const ways = [
      operatorAuthenticator(this.#options.accessToken),
      sessionAuthenticator({ access: () => this.#node?.access, ...this.#outside() }),
      ...(this.#options.ways ?? []),
      keyAuthenticator(() => this.#node?.entrances),
    ];
    mountAccess(http, {
      ...openDoor(ways, this.#options.ports.clock, (principal, question) => this.policies.control.decide(principal, question)),
      refused: () => this.refusals.note('token'),
    });
    mountAudited(http, {
      isOpen: () => this.#node !== undefined,
      append: async (entries) => {
        const { audit } = node();
        await Promise.all(entries.map((entry) => audit.append(entry)));
      },
    });
    this.policies.mountMasks(http);
  }

  /** What clients and customers reach by keys and links of their own, and streams. */
  async #mountOpen(): Promise<void> {
    const { http, node } = this;
    const { keepIp } = this.#options.config;
    await http.register(
      eventRoutes({
        recordBatch: (source, events) => (this.#node ?? this.#several?.recording() ?? node()).recordBatch(source, events),
        sourceByKey: (key) => (this.#node ?? this.#several?.recording() ?? node()).sources.sourceByKey(key),
        ports: this.#options.ports,
        live: this.live,
        ...this.#outside(),
        ...(keepIp !== undefined && { keepIp }),
      }),
    );
    await http.register(liveRoutes({ feed: this.live, shownTo: this.policies.shownTo }));
    await http.register(
      preferenceRoutes({
        consent: () => node().consent,
        preferences: () => node().preferences,
        log: (entry) => node().audit.append(entry),
        clock: this.#options.ports.clock,
        ...this.#outside(),
      }),
    );
    await http.register(sourceRoutes({ sources: () => node().sources }));
  }

  async #mountApi(scope: FastifyInstance): Promise<void> {
    const { http, node } = this;
    const actorOf = (request: FastifyRequest) => principalOf(request).actor;
    const nowMs = () => this.#options.ports.clock.nowMs();
    const recordsOf = (person: number) => node().profiles.recordsOf(person);
    await profileRoutes(scope, { profiles: () => node().profiles, matchPersons: () => node().matchPersons(), actorOf });
    lookRoutes(scope, { profiles: () => node().profiles, mayUse: (person, purpose) => this.policies.mayUse(person, purpose) });
    consentRoutes(scope, {
      consent: () => node().consent,
      nowMs,
      parseId: parsePersonId,
      actorOf,
    });
    linkRoutes(scope, { preferences: () => node().preferences, parseId: parsePersonId, actorOf });
    featureRoutes(scope, {
      customers: () => node().customers,
      factsAt: (atMs, wanted, after) => node().profiles.people.factsAt(atMs, wanted, after),
      factsOf: (persons) => node().profiles.people.factsOf(persons),
      nowMs,
      allowing: (purpose) => node().consent.allowing(purpose, '*'),
      allowed: async (purpose) => (await node().consent.mayUseAll(purpose, '*', nowMs())).allowed,
      pseudonymOf: (purpose, personId) => this.policies.pseudonymOf(purpose, personId),
    });
    governanceRoutes(scope, { governance: () => node().governance, actorOf });
    subjectRoutes(scope, {
      subjects: () => node().subjects,
      nowMs,
      parseId: parsePersonId,
      principalOf,
      demand: (principal, act) => this.policies.demand(principal, act),
      demandExport: async (principal, person) => {
        if (await isExportGranted(this.policies.approvals, principal, person, nowMs())) return;
        await this.policies.demand(principal, exporting);
      },
    });
    segmentRoutes(scope, {
      segments: () => node().segments,
      customers: () => node().customers,
      allowed: async (purpose) => (await node().consent.mayUseAll(purpose, '*', nowMs())).allowed,
      nowMs,
      parseId: parsePersonId,
      personOf: async (id) => Math.min(...(await recordsOf(id))),
      factsOf: (persons) => node().profiles.people.factsOf(persons),
      mayUseMany: (persons, purpose, channel) => node().consent.mayUseMany(persons, purpose, channel, nowMs()),
      tokenOf: (purpose, trait, value) => exportToken(this.policies.tokens, purpose, trait, value),
      actorOf,
      shownTo: this.policies.shownTo,
      demandExport: async (request, wanted) => {
        const principal = principalOf(request);
        if (await isSegmentGranted(this.policies.approvals, principal, wanted, nowMs())) return;
        await this.policies.demand(principal, exportingSegment);
      },
    });
    federateRoutes(scope, {
      federate: () => node().federate,
      actorOf,
      shownTo: this.policies.shownTo,
      demandExport: async (request, match) => {
        const principal = principalOf(request);
        if (await isMatchExportGranted(this.policies.approvals, principal, match, nowMs())) return;
        await this.policies.demand(principal, federationActs.export);
      },
    });
    mountDictionaries(scope, { dictionaries: () => node().dictionaries });
    mountQuarantine(scope, { quarantine: () => node().quarantine, arrivals: () => node().arrivals });
    mountAudit(scope, { audit: () => node().audit, recordsOf, parsePersonId });
    mountAccessReview(scope, { review: () => node().accessReview, parsePersonId, recordsOf });
    mountAlarms(scope, {
      alarms: () => node().alarms,
      principalOf,
      may: (principal, action) => this.policies.may(principal, action),
    });
    mountModels(scope, {
      registry: () => node().models.registry,
      jobs: () => node().models.jobs,
      serving: () => node().models.serving,
      columns: () => node().customers.matrix.view(nowMs()).columns,
      titles: () => node().models.titles,
      principalOf,
      demand: (principal, action) => this.policies.demand(principal, action),
      parseId: parsePersonId,
      personOf: async (id) => Math.min(...(await recordsOf(id))),
    });
    mountPeople(scope, { access: () => node().access, listening: this.#address, ...this.#outside() });
    this.policies.mountRoutes(scope, () => http.swagger());
    await mountEntrances(scope, { access: () => node().access, entrances: () => node().entrances, ...this.#outside() });
    mountOperations(scope, {
      app: this,
      recovery: new RecoveryShares(this.#options, () => this.refusals.note('passphrase')),
      store: this.#store,
      config: this.#options.config,
      logs: this.#logs,
      startedAtMs: this.#startedAtMs,
      nowMs,
    });
  }
}

/** The actor of what nobody asked for. */
const system = 'system';
