// The registry of models: every version with its files, which of them serves, and who decided that and why. What is small is held in memory, files
// are read when they are asked for. Nothing here serves by itself: whoever serves is told of a promotion.

import { Fault, type Words } from '../../../core/errors.ts';
import { oneByOne } from '../../../core/one-by-one.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Change, Store } from '../../../core/store/store.ts';
import { fileChanges, modelsTable, readBodies, readFile, removal, type Seals, sealed, versionsTable } from './store.ts';
import type { FileKind, Files, Model, Schedule, Step, Version, VersionState } from './version.ts';

export const registryLimits = {
  models: 200,
  /** Versions of one model; beyond, the oldest that neither serves nor waits nor served last goes. */
  versions: 20,
  /** Steps remembered of a version. */
  steps: 50,
} as const;

export type RegistryParts = Seals & { readonly store: Store; readonly clock: Clock };
export type By = { readonly by: string; readonly reason?: string };
export type Adding = {
  readonly serve?: string | undefined;
  readonly beside?: (version: Version) => Change[];
  /** Of this version alone; else the model's. */
  readonly scoringPurpose?: string | undefined;
};
export type NewModel = Omit<Model, 'id' | 'createdAtMs'>;
export type NewVersion = Omit<Version, 'id' | 'modelId' | 'number' | 'state' | 'createdAtMs' | 'scoringPurpose' | 'history'>;

/** Letters and digits of any script. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

export class Registry {
  readonly #parts: RegistryParts;
  readonly #models = new Map<number, Model>();
  readonly #versions = new Map<number, Version>();
  readonly #alone = oneByOne();
  #changed: (model: Model) => void = () => undefined;

  private constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  static async open(parts: RegistryParts): Promise<Registry> {
    const registry = new Registry(parts);
    for (const model of await readBodies<Model>(parts.store, parts, modelsTable)) registry.#models.set(model.id, model);
    for (const version of await readBodies<Version>(parts.store, parts, versionsTable))
      registry.#versions.set(version.id, version);
    return registry;
  }

  /** Calls back when another version of a model serves than before. */
  watch(changed: (model: Model) => void): void {
    this.#changed = changed;
  }

  get models(): readonly Model[] {
    return [...this.#models.values()];
  }

  /** @throws {Fault} `not_found` */
  model(name: string): Model {
    const model = this.find(name);
    if (!model) throw new Fault('not_found', 'a model of this name');
    return model;
  }

  find(name: string): Model | undefined {
    return this.models.find((one) => one.name === name);
  }

  /** The newest first. */
  versions(model: Pick<Model, 'id'>): readonly Version[] {
    return [...this.#versions.values()].filter(({ modelId }) => modelId === model.id).sort((a, b) => b.number - a.number);
  }

  champion(model: Pick<Model, 'id'>): Version | undefined {
    return this.versions(model).find(({ state }) => state === 'champion');
  }

  /** @throws {Fault} `not_found` */
  version(model: Pick<Model, 'id'>, number: number): Version {
    const version = this.versions(model).find((one) => one.number === number);
    if (!version) throw new Fault('not_found', 'a version of this number');
    return version;
  }

  /** @throws {Fault} `not_found` where the version has no such file */
  async file(version: Pick<Version, 'id'>, kind: FileKind): Promise<Buffer> {
    const found = await readFile(this.#parts.store, this.#parts, version.id, kind);
    if (!found) throw new Fault('not_found', `${kind} of this version`);
    return found;
  }

  /** Whether it could be put. @throws {Fault} `bad_request`, `limit_reached`, `conflict` for one of another kind */
  check({ name, kind }: Pick<NewModel, 'name' | 'kind'>): void {
    if (!namePattern.test(name))
      throw new Fault('bad_request', 'name: letters, digits, _ and -, at most 64, beginning with a letter or digit');
    const before = this.find(name);
    if (before && before.kind !== kind) throw new Fault('conflict', `a model of this name is of the kind ${before.kind}`);
    if (!before && this.#models.size >= registryLimits.models)
      throw new Fault('limit_reached', `${registryLimits.models} models`);
  }

  /** A new model, or what is said anew of one that is there. @throws {Fault} as `check` */
  put(wanted: NewModel): Promise<Model> {
    return this.#alone(async () => {
      this.check(wanted);
      const before = this.find(wanted.name);
      const id = before?.id ?? (await this.#parts.store.allocate('models', 1));
      const schedule = wanted.schedule ?? before?.schedule;
      const createdAtMs = before?.createdAtMs ?? this.#parts.clock.nowMs();
      return this.#write({ ...wanted, id, createdAtMs, ...(schedule && { schedule }) });
    });
  }

  /** @param schedule undefined ends it @throws {Fault} `not_found` */
  schedule(name: string, schedule: Schedule | undefined): Promise<Model> {
    return this.#alone(async () => {
      const { schedule: _before, ...model } = this.model(name);
      return this.#write({ ...model, ...(schedule && { schedule }) });
    });
  }

  /**
   * Keeps a version with its files; where something serves already it is the challenger, and the one before is no longer.
   * @param how.serve why it serves at once @param how.beside what is written in the same transaction
   */
  add(model: Model, wanted: NewVersion, files: Files, by: string, how: Adding = {}): Promise<Version> {
    return this.#alone(async () => {
      const { store, clock } = this.#parts;
      const atMs = clock.nowMs();
      const others = this.versions(model);
      const champion = others.find((one) => one.state === 'champion');
      const { serve, beside } = how;
      const kept: VersionState = champion ? 'challenger' : 'trained';
      const history: Step[] = [{ state: kept, atMs, by }];
      if (serve !== undefined) history.push({ state: 'champion', atMs, by, reason: serve });
      const id = await store.allocate('model versions', 1);
      const version: Version = {
        ...wanted,
        id,
        modelId: model.id,
        number: (others[0]?.number ?? 0) + 1,
        state: history.at(-1)!.state,
        createdAtMs: atMs,
        scoringPurpose: how.scoringPurpose ?? model.scoringPurpose,
        history,
      };
      const passed = others.filter((one) => one.state === 'challenger').map((one) => moved(one, { state: 'trained', atMs, by }));
      if (champion && serve !== undefined) passed.push(moved(champion, { state: 'retired', atMs, by, reason: serve }));
      const gone = this.#superfluous(model);
      await store.transact([
        this.#put([version, ...passed]),
        ...fileChanges(this.#parts, id, files),
        ...gone.flatMap((one) => removal(one.id)),
        ...(beside?.(version) ?? []),
      ]);
      for (const one of [version, ...passed]) this.#versions.set(one.id, one);
      for (const one of gone) this.#versions.delete(one.id);
      if (serve !== undefined) this.#changed(model);
      return version;
    });
  }

  /** From now on this version serves. @throws {Fault} `not_found`, `conflict` when it does already */
  promote(name: string, number: number, by: By): Promise<Version> {
    return this.#alone(() => this.#promote(this.model(name), this.version(this.model(name), number), by));
  }

  /** The version that served before serves again. @throws {Fault} `not_found`, `conflict` when there was none */
  rollback(name: string, by: By): Promise<Version> {
    return this.#alone(async () => {
      const model = this.model(name);
      const before = this.#servedBefore(model);
      if (!before) throw new Fault('conflict', 'no version served before this one');
      return this.#promote(model, before, by, { takenBack: true });
    });
  }

  /** Nothing of the model serves any more. @throws {Fault} `not_found`, `conflict` when nothing does */
  retire(name: string, { by, reason }: By): Promise<Version> {
    return this.#alone(async () => {
      const model = this.model(name);
      const champion = this.champion(model);
      if (!champion) throw new Fault('conflict', 'no version serves');
      const step: Step = { state: 'retired', atMs: this.#parts.clock.nowMs(), by, ...(reason !== undefined && { reason }) };
      const retired = moved(champion, step);
      await this.#parts.store.transact([this.#put([retired])]);
      this.#versions.set(retired.id, retired);
      this.#changed(model);
      return retired;
    });
  }

  async #promote(model: Model, version: Version, { by, reason }: By, how: { takenBack?: true } = {}): Promise<Version> {
    if (version.state === 'champion') throw new Fault('conflict', 'this version serves already');
    const atMs = this.#parts.clock.nowMs();
    const said = { atMs, by, ...(reason !== undefined && { reason }) };
    const champion = moved(version, { state: 'champion', ...said });
    const retired = this.versions(model)
      .filter(({ state }) => state === 'champion')
      .map((one) => moved(one, { state: 'retired', ...said, ...how }));
    await this.#parts.store.transact([this.#put([champion, ...retired])]);
    for (const one of [champion, ...retired]) this.#versions.set(one.id, one);
    this.#changed(model);
    return champion;
  }

  /** The one that stopped serving last and was not taken back. */
  #servedBefore(model: Model): Version | undefined {
    const ended = ({ history }: Version): Step | undefined =>
      history.some(({ state }) => state === 'champion') ? history.findLast(({ state }) => state === 'retired') : undefined;
    return this.versions(model)
      .filter((one) => one.state === 'retired' && ended(one) && !ended(one)!.takenBack)
      .sort((a, b) => ended(b)!.atMs - ended(a)!.atMs || b.number - a.number)[0];
  }

  #superfluous(model: Model): Version[] {
    const all = this.versions(model);
    const before = this.#servedBefore(model);
    const spare = all.filter((one) => one.state !== 'champion' && one.state !== 'challenger' && one.id !== before?.id);
    const over = all.length + 1 - registryLimits.versions;
    return over > 0 ? spare.slice(-over) : [];
  }

  async #write(model: Model): Promise<Model> {
    const body = sealed(this.#parts, modelsTable, model.id, model);
    const row = { model_id: model.id, created_at_ms: model.createdAtMs, body };
    await this.#parts.store.transact([{ op: 'upsert', table: modelsTable, rows: [row] }]);
    this.#models.set(model.id, model);
    return model;
  }

  #put(versions: readonly Version[]): Change {
    const rows = versions.map((version) => ({
      version_id: version.id,
      model_id: version.modelId,
      created_at_ms: version.createdAtMs,
      body: sealed(this.#parts, versionsTable, version.id, version),
    }));
    return { op: 'upsert', table: versionsTable, rows };
  }
}

function moved(version: Version, step: Step): Version {
  return { ...version, state: step.state, history: [...version.history, step].slice(-registryLimits.steps) };
}

/** What people read of a model that asks no ready-made question. */
export function titleOf(text: string): Words {
  return { en: text, zh: text };
}
