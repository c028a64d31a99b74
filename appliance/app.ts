// The composition root: builds the slices, passes functions between them, mounts their routes, and holds the seal: what the
// process serves while it is sealed, and how it opens and closes.

import { join, resolve } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Key } from '../crypto/keys.ts';
import type { AppOptions, Secret } from './app-options.ts';
import { type AuditEntry, Refusals } from './core/audit/audit.ts';
import { mountAudit } from './core/audit/routes.ts';
import { Fault } from './core/errors.ts';
import { codeOf } from './core/fault-code.ts';
import { type AccessHooks, mountAccess, principalOf } from './core/http/access.ts';
import { mountAudited } from './core/http/audited.ts';
import { watchLoopDelay } from './core/http/gate.ts';
import { createHttp } from './core/http/http.ts';
import { LogRing } from './core/http/log-ring.ts';
import { mountPages } from './core/http/pages.ts';
import type { Event, Outcome, SourceId } from './core/model/event.ts';
import type { Store } from './core/store/store.ts';
import { Metrics } from './core/telemetry/metrics.ts';
import { tracedStore } from './core/telemetry/traced-store.ts';
import { backgroundOf } from './core/telemetry/tracing.ts';
import { ServerTls } from './core/tls/tls.ts';
import { Turns } from './core/turns/turns.ts';
import { unlock } from './core/vault/vault.ts';
import { mountDecide } from './decide-routes.ts';
import {
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
import { type NodeParts, type OpenNode, openNode } from './node.ts';
import { noteConfiguration } from './node-configuration.ts';
import { openDoctor } from './node-doctor.ts';
import { openFigures } from './node-figures.ts';
import { type MetricsListener, mountNodeMetrics } from './node-metrics.ts';
import { mountOperations } from './operations.ts';
import { forgetSnapshot } from './oversee/operations/upgrade/upgrade.ts';
import { erasureLogFile } from './oversee/subjects/subjects.ts';
import { mountOversee } from './oversee-routes.ts';
import { Policies } from './policies.ts';
import { addressOf, outsideOf } from './reached-at.ts';
import { preferenceRoutes } from './record/consent/routes.ts';
import { createLiveFeed, eventRoutes, type LiveFeed, liveRoutes } from './record/events/events.ts';
import { parsePersonId } from './record/profiles/profiles.ts';
import { sourceRoutes } from './record/sources/routes.ts';
import { mountRecord } from './record-routes.ts';
import { RecoveryShares } from './recovery-shares.ts';
import { type Rotation, Rotations, rotationAct } from './seal.ts';
import { segmentExportAct } from './segment-acts.ts';
import { SeveralNodes } from './several-nodes.ts';
import { erasureAct, exportAct, retentionAct } from './subject-acts.ts';
import { finishUpgrade, type OpenedStore, openUpgradedStore, tellUpgrade, watchSnapshot } from './upgrading.ts';
import { version } from './version.ts';
import { databaseProblem, notServing, openWatch, type Watch } from './watch.ts';

/** What `npm run console:build` makes; where packages are built it lies at the same place. */
const builtConsole = join(import.meta.dirname, '..', 'admin-console', 'dist');

export type { AppOptions, Secret } from './app-options.ts';

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
  readonly #logs: LogRing;
  readonly #watch: Watch;
  readonly metrics = new Metrics();
  #changing: Promise<unknown> = Promise.resolve();
  #openingNoted = false;
  /** Waits for the first unsealing to be looked at. */
  #upgrade: OpenedStore['upgrade'];
  #endWatch: (() => void) | undefined;
  readonly #endLoopWatch: () => void;
  #figuresListener: MetricsListener | undefined;
  readonly #startedAtMs: number;
  /** Heavy work in the background waits here. */
  readonly turns: Turns;
  readonly #rotations: Rotations;
  readonly doctor: ReturnType<typeof openDoctor>;
  readonly tls: ServerTls | undefined;

  constructor(options: AppOptions, store: Store, tls: ServerTls | undefined, watch: Watch) {
    this.#watch = watch;
    this.#logs = new LogRing(watch.log);
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
    const measured = options.loopDelayMs === undefined ? watchLoopDelay() : undefined;
    const loopDelayMs = options.loopDelayMs ?? (() => measured!.delayMs());
    this.#endLoopWatch = () => measured?.stop();
    this.turns = new Turns({ atOnce: options.config.jobs?.atOnce, loopDelayMs });
    this.#rotations = new Rotations({
      ...{ clock: options.ports.clock, turns: this.turns },
      ended: (outcome, kind) => this.#note({ actor: system, action: 'keys.rotate', outcome, target: `${kind} keys` }),
      // It has rows under the keys of before.
      done: () => forgetSnapshot(options.folder).catch((error: unknown) => this.#failed('upgrade snapshot', error)),
    });
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
      log: { level: options.log ?? options.config.log?.level ?? 'warn', sink: this.#logs },
      problem: notServing(databaseProblem(store, nowMs), () => this.#several?.problem()),
      ...(options.unwatched ? { unwatched: true as const } : { tracing: watch.tracing, meter: this.metrics }),
      ...(options.config.trustedProxies && { trustedProxies: options.config.trustedProxies }),
      ...(options.loopDelayMs && { loopDelayMs: options.loopDelayMs }),
      ...(tls && { tls: tls.options }),
    });
    tls?.begin(this.http.server);
  }

  /** Opens the store and mounts the routes; the node is sealed still. */
  static async create(options: AppOptions): Promise<App> {
    const watch = await openWatch(options.folder, options.config);
    const opened = await openUpgradedStore(options).catch(async (error: unknown) => {
      await watch.close();
      throw error;
    });
    const store = watch.tracing ? tracedStore(opened.store, watch.tracing) : opened.store;
    try {
      const tls = await ServerTls.of(options, (what, error) => app.#failed(what, error));
      const app: App = new App(options, store, tls, watch);
      app.#upgrade = opened.upgrade;
      await app.#mount();
      return app;
    } catch (error) {
      await store.close();
      await watch.close();
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
  get rotation(): Rotation {
    return this.#rotations.latest;
  }

  /** Starts a key rotation in the background. @throws {Fault} `conflict` while one runs, `not_with_several_nodes` */
  rotate(kind: 'wrapping' | 'data', by = system): Rotation {
    const node = this.node();
    if (this.#several) throw new Fault('not_with_several_nodes', 'rotating keys');
    return this.#rotations.start(kind, by, node);
  }

  async close(): Promise<void> {
    this.doctor.close();
    this.#endWatch?.();
    this.#endLoopWatch();
    this.tls?.close();
    await this.http.close();
    if (this.#node && this.#openingNoted)
      await this.#note({ actor: system, action: 'seal', outcome: 'allowed', target: 'the process stops' });
    await this.#figuresListener?.close();
    await this.seal();
    await this.#store.close();
    await this.#watch.close();
  }

  async #open(root: Key<'root'>): Promise<void> {
    if (this.#several) await this.#several.begin(root);
    else await this.#openHere(root);
  }

  async #openHere(root: Key<'root'>): Promise<void> {
    const { ports, config, folder } = this.#options;
    let node: OpenNode;
    try {
      const parts: NodeParts = {
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
        turns: this.turns,
        background: backgroundOf(this.#watch.tracing, ports.ids.messageId),
        ...(!this.#options.unwatched && { arrived: this.metrics.arrived }),
        failed: this.#failed,
      };
      await this.#finishUpgrade(parts);
      node = await openNode(parts);
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
    if (!this.#options.apart) this.#endWatch ??= watchSnapshot(folder, ports, (error) => this.#failed('upgrade snapshot', error));
    // What a kill cut short goes on by itself.
    const [unfinished] = await node.vault.unfinishedRotations();
    if (unfinished !== undefined) this.rotate(unfinished);
    await this.policies.resume();
  }

  async #finishUpgrade(parts: NodeParts): Promise<void> {
    const upgrade = this.#upgrade;
    this.#upgrade = undefined;
    try {
      if (upgrade) await finishUpgrade(upgrade, parts, this.#options.upgrade?.look);
    } catch (error) {
      this.http.log.error({ code: codeOf(error), what: 'upgrade' }, 'an upgrade could not be finished');
      this.#options.onUnusable?.(error);
      throw error;
    }
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
  /** For who serves: where `/metrics` has a listener of its own, it begins. @throws {Fault} `port_in_use` */
  readonly listenMetrics = async () => this.#figuresListener?.listen();
  /** Counts the node's figures now: what has just come into it shows at once. */
  readonly measure = async () => this.figures()?.measure();

  async #noteOpening(actor: string): Promise<void> {
    // Of several nodes the lead keeps the log, and notes its own opening once.
    if (!this.#node || this.#openingNoted) return;
    this.#openingNoted = true;
    this.#figures?.figures.begin();
    await this.refusals.open((entry) => this.node().audit.append(entry));
    if (!this.#options.apart) await tellUpgrade(this.#options.folder, this.node(), system);
    await this.#note({ actor, action: 'unseal', outcome: 'done' });
    if (this.#options.serving) await noteConfiguration(this.node(), this.#options, this.#failed);
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
    const hooks: AccessHooks = {
      ...openDoor(ways, this.#options.ports.clock, (principal, question) => this.policies.control.decide(principal, question)),
      refused: () => this.refusals.note('token'),
    };
    mountAccess(http, hooks);
    const { config, folder } = this.#options;
    const nowMs = () => this.#options.ports.clock.nowMs();
    this.#figuresListener = mountNodeMetrics(this, hooks, { store: this.#store, config, folder, nowMs });
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
    await http.register(
      eventRoutes({
        recordBatch: (source, events) => (this.#node ?? this.#several?.recording() ?? node()).recordBatch(source, events),
        sourceByKey: (key) => (this.#node ?? this.#several?.recording() ?? node()).sources.sourceByKey(key),
        ports: this.#options.ports,
        live: this.live,
        rejected: (source, count) => this.metrics.arrived(source, 'rejected', count),
        ...this.#outside(),
        keepIp: this.#options.config.keepIp ?? false,
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
    await mountRecord(scope, this, nowMs);
    mountDecide(scope, this, nowMs);
    mountOversee(scope, this, nowMs);
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
    mountAudit(scope, { audit: () => node().audit, recordsOf, parsePersonId });
    mountPeople(scope, { access: () => node().access, listening: this.#address, ...this.#outside() });
    this.policies.mountRoutes(scope, () => http.swagger());
    await mountEntrances(scope, { access: () => node().access, entrances: () => node().entrances, ...this.#outside() });
    mountOperations(scope, {
      app: this,
      recovery: new RecoveryShares(this.#options, () => this.refusals.note('passphrase')),
      store: this.#store,
      folder: this.#options.folder,
      config: this.#options.config,
      logs: this.#logs,
      startedAtMs: this.#startedAtMs,
      nowMs,
    });
  }
}

/** The actor of what nobody asked for. */
const system = 'system';
