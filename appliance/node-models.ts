// Opens models with what the open node has: keys, customers as features, the consent gate, and the way to train.

import { driftChanged } from './alarms.ts';
import type { AuditLog } from './core/audit/audit.ts';
import type { Config } from './core/config.ts';
import { Fault, type Words } from './core/errors.ts';
import type { Matrix } from './core/matrix/matrix.ts';
import type { ScoringModel } from './core/model/scoring.ts';
import { byteSeal, textSeal, type Vault } from './core/vault/vault.ts';
import type { Customers } from './decide/features/features.ts';
import {
  Jobs,
  Registry,
  type Schedule,
  Serving,
  startTrainer,
  type TableParts,
  type Trainer,
  type TrainFunction,
} from './decide/models/models.ts';
import type { Decisions } from './decisions.ts';
import type { NodeParts } from './node.ts';
import type { Alarms } from './oversee/alarms/alarms.ts';
import type { Use } from './oversee/governance/governance.ts';
import type { SubjectHolder } from './oversee/subjects/subjects.ts';
import type { Consent } from './record/consent/consent.ts';
import type { Profiles } from './record/profiles/profiles.ts';
import { columnTitles, columnWords, featuresOf, tableParts } from './training-rows.ts';

export type Models = {
  readonly registry: Registry;
  readonly jobs: Jobs;
  readonly serving: Serving;
  /** What people call the columns of models. */
  readonly titles: ReadonlyMap<string, Words>;
  /** What tables of questions are made of, for who trains beside the jobs. */
  readonly rows: { readonly table: TableParts; mayUse(purpose: string): Promise<(person: number) => boolean> };
  /** From now on trainings may be asked for members of segments. */
  useSegments(membersOf: (name: string) => Promise<ReadonlySet<number>>): void;
  /** Takes up trainings, and serves what is promoted. */
  begin(): Promise<void>;
  close(): Promise<void>;
};

type Below = {
  vault: Vault;
  audit: AuditLog;
  profiles: Profiles;
  consent: Consent;
  customers: Customers;
  decisions: Decisions;
  alarms: Alarms;
};

export async function openModels({ store, ports, config, background, turns }: NodeParts, below: Below): Promise<Models> {
  const { vault, audit, profiles, consent, customers, decisions, alarms } = below;
  const { clock } = ports;
  const seals = { ...textSeal(vault), ...byteSeal(vault) };
  const { matrix } = customers;
  const words = columnWords(matrix.features);
  const titles = columnTitles(matrix.features);
  let taken: Matrix | undefined;
  let membersOf: ((name: string) => Promise<ReadonlySet<number>>) | undefined;
  const trainer = startTrainer();
  const registry = await Registry.open({ store, clock, ...seals });
  const rows: Models['rows'] = {
    table: tableParts(profiles.people, matrix.features),
    mayUse: (purpose) => consent.allowing(purpose, '*'),
  };
  const jobs = await Jobs.open({
    store,
    background,
    turns,
    clock,
    ...seals,
    registry,
    ...rows,
    isDeclared: (purpose) => consent.table.purposes.has(purpose),
    membersOf: async (name) => {
      if (!membersOf) throw new Fault('not_found', 'a segment of this name');
      return membersOf(name);
    },
    train: trainingIn(trainer),
    titles,
    scheduleOf: (model) => scheduleOf(config, model),
    promoted: async ({ by, model }, { number }) => {
      await audit.append({ actor: by, action: 'model.promote', outcome: 'done', target: `${model} ${number}` });
    },
  });
  const serving = new Serving({
    store,
    clock,
    ...seals,
    registry,
    customers: {
      listen: (listener) => customers.listen(listener),
      ready: () => customers.ready(),
      settled: () => customers.settled(),
      tellAgain: (persons) => customers.tellAgain(persons),
      rowOf: (person) => matrix.rowOf(person),
      personOf: (row) => matrix.personOf(row),
      features: (nowMs) => {
        // Chunks and levels are the matrix's own and go on changing: what was taken is good until there are more rows.
        if (taken?.rows !== matrix.rows) taken = featuresOf(matrix, nowMs);
        return taken;
      },
    },
    mayScore: (facts, purpose, nowMs) => consent.judged(facts.consents(), purpose, '*', nowMs),
    columns: words,
    drifted: (drift) => driftChanged(alarms, drift, clock.nowMs()),
  });
  decisions.add({ scoresOf: (person) => serving.scoresOf(person) });
  // No event tells who else may be used once a restriction begins or ends.
  consent.watchRestrictions(() => customers.tellAgain());
  return {
    registry,
    jobs,
    serving,
    titles,
    rows,
    async begin() {
      await declareSchedules(registry, config);
      serving.begin();
      jobs.begin();
    },
    useSegments(members) {
      membersOf = members;
    },
    async close() {
      await jobs.close();
      await trainer.close();
      await serving.close();
    },
  };
}

/** In a thread of its own, so that whoever is served meanwhile notices nothing. */
function trainingIn(trainer: Trainer): TrainFunction {
  return async ({ progress, ...order }) => {
    const { report, artifacts } = await trainer.train({ ...order, language: 'zh', progress: ({ share }) => progress(share) });
    const model = JSON.parse(new TextDecoder().decode(artifacts.model)) as ScoringModel;
    return { report, model, onnx: artifacts.onnx };
  };
}

function scheduleOf({ models }: Config, name: string): Schedule | undefined {
  const declared = models?.retrain?.find(({ model }) => model === name);
  return declared && { everyDays: declared.everyDays, promote: declared.promote ?? 'never' };
}

/** What holdfast.json says of schedules counts for models that are there already. */
async function declareSchedules(registry: Registry, config: Config): Promise<void> {
  for (const { name, schedule } of registry.models) {
    const declared = scheduleOf(config, name);
    if (declared && (schedule?.everyDays !== declared.everyDays || schedule.promote !== declared.promote))
      await registry.schedule(name, declared);
  }
}

/** Which traits models look at, for the lineage of fields: those that features are made of, whoever the model asks about. */
export function usesOfModels({ registry }: Models, { computedTraits }: Config): Use[] {
  const reads = [...personalTraits, ...computedTraits.map(({ name }) => name)];
  return registry.models.flatMap((model): Use[] => {
    const champion = registry.champion(model);
    if (!champion || model.kind === 'own') return [];
    return [{ kind: 'model', name: model.name, reads, purpose: champion.scoringPurpose, note: model.title }];
  });
}

/** As decide/features/catalogue.ts reads them. */
const personalTraits = ['birthday', 'city', 'gender', 'province'] as const;

/** A customer's scores are held in memory alone; they are given out with everything else, and forgotten at once. */
export function scoresHolder({ serving }: Models): SubjectHolder {
  return {
    name: 'scores',
    tables: [],
    async export({ recordIds }) {
      const scores = serving.scoresOf(Math.min(...recordIds));
      return scores.length > 0 ? { scores } : undefined;
    },
    erase: async ({ recordIds }) => serving.forget(recordIds),
  };
}
