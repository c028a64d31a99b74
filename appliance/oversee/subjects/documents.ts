// The register of processing (GDPR article 30) and impact assessments (GDPR article 35, PIPL article 55), filled from what the node is
// really set up to do. Each version is kept as it was made, assessments for as long as the law says.

import { Fault, type Words } from '../../core/errors.ts';
import { standardIdentifierKinds } from '../../core/model/identifier.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import { rightsOf } from '../../core/model/rights.ts';
import { oneByOne } from '../../core/one-by-one.ts';
import type { Ports } from '../../core/ports.ts';
import type { Row, Store } from '../../core/store/store.ts';
import { standardTraits } from '../../core/values/standard-traits.ts';
import type { Sources } from '../../record/sources/sources.ts';
import type { ErasureTarget } from './downstream.ts';
import { documentsTable } from './migrations.ts';
import type { SubjectHolder } from './registry.ts';
import type { RetentionRule } from './retention.ts';
import type { BodySeal } from './sealed-row.ts';

export const documentLimits = { pageRows: 200, textLength: 20_000 } as const;

const kinds = { register: 1, assessment: 2 } as const;
/** Each person once by the index alone, which is half the time of `count(DISTINCT)`. */
const countRecords = 'SELECT count(*) AS counted FROM records';
const countSubjects = 'SELECT count(*) AS counted FROM (SELECT DISTINCT person_id FROM records) AS each_once';

export type Register = {
  controller: string;
  privacyNotice?: string;
  law: { law: string; version: number; name: Words };
  processing: {
    purpose: string;
    name: Words;
    basis: Words;
    article: string;
    byDefault: 'allowed' | 'denied';
    channels: readonly string[];
    apart: readonly string[];
    recipients: readonly string[];
    /** Names of retention rules; none: kept until erased. */
    retention: readonly string[];
  }[];
  subjects: number;
  records: number;
  sources: { name: string; kind: string }[];
  data: { traits: readonly string[]; identifiers: readonly string[]; computed: readonly string[]; keptBy: readonly string[] };
  retention: readonly RetentionRule[];
  recipients: { name: string; host: string; tells: readonly string[] }[];
  measures: Words[];
};
export type Assessment = {
  title: string;
  purposes: readonly string[];
  necessity: string;
  risks: readonly { risk: string; likelihood: 'low' | 'medium' | 'high'; severity: 'low' | 'medium' | 'high'; measure: string }[];
  conclusion: 'acceptable' | 'acceptable_with_measures' | 'not_acceptable';
  by: string;
  article: string;
  /** What the node was set up to do with these purposes when it was made. */
  processing: Register['processing'];
  measures: Words[];
  keptUntilMs: number;
};
export type Versioned<T> = { id: number; version: number; madeAtMs: number; content: T };

export type DocumentsParts = {
  store: Store;
  seal: BodySeal;
  ports: Ports;
  table: PurposeTable;
  sources: Pick<Sources, 'list'>;
  targets: readonly ErasureTarget[];
  retention: readonly RetentionRule[];
  computedTraits: readonly string[];
  holders(): readonly SubjectHolder[];
};

export class Documents {
  readonly #parts: DocumentsParts;
  /** A version follows the one before it, which two that look at once would both take for the last. */
  readonly #alone = oneByOne();

  constructor(parts: DocumentsParts) {
    this.#parts = parts;
  }

  /** As things are now; kept as a new version where something but the counts differs from the last one. */
  async register(): Promise<Versioned<Register>> {
    const content = await this.#registerNow();
    return this.#alone(async () => {
      const [last] = await this.#versions<Register>(kinds.register, 1);
      if (last && settingsOf(last.content) === settingsOf(content)) return { ...last, content };
      return this.#add(kinds.register, content);
    });
  }

  /** Versions of the register, the newest first. */
  registers(limit = 50): Promise<Versioned<Register>[]> {
    return this.#versions<Register>(kinds.register, Math.min(limit, documentLimits.pageRows));
  }

  /** @throws {Fault} `bad_request` for a purpose that is not declared */
  async assess(given: Pick<Assessment, 'title' | 'purposes' | 'necessity' | 'risks' | 'conclusion'>, by: string) {
    const { table, ports } = this.#parts;
    const unknown = given.purposes.find((purpose) => !table.purposes.has(purpose));
    if (unknown !== undefined) throw new Fault('bad_request', 'purposes: one is not declared');
    const { assessment, assessmentYears } = rightsOf(table.pack.law);
    const { processing, measures } = await this.#registerNow();
    const kept = new Date(ports.clock.nowMs());
    const content: Assessment = {
      ...given,
      by,
      article: assessment.article,
      processing: processing.filter(({ purpose }) => given.purposes.includes(purpose)),
      measures,
      keptUntilMs: kept.setUTCFullYear(kept.getUTCFullYear() + assessmentYears),
    };
    return this.#alone(() => this.#add(kinds.assessment, content));
  }

  /** The newest first. */
  assessments(limit = 50): Promise<Versioned<Assessment>[]> {
    return this.#versions<Assessment>(kinds.assessment, Math.min(limit, documentLimits.pageRows));
  }

  /** @throws {Fault} `not_found` */
  async assessment(id: number): Promise<Versioned<Assessment>> {
    return this.#one<Assessment>(kinds.assessment, id);
  }

  async #registerNow(): Promise<Register> {
    const { table, store, sources, targets, retention, computedTraits, holders } = this.#parts;
    const { pack } = table;
    // At once, each by a reader of its own: they are the longest of it where there are a million.
    const [records, subjects, fed] = await Promise.all([store.select(countRecords), store.select(countSubjects), sources.list()]);
    return {
      controller: table.controller,
      ...(table.privacyNotice !== undefined && { privacyNotice: table.privacyNotice }),
      law: { law: pack.law, version: pack.version, name: pack.name },
      processing: [...table.purposes.values()].map(({ purpose, name, basis, mode, channels, apart }) => {
        const rule = pack.bases[basis]!;
        return {
          purpose,
          name,
          basis: rule.name,
          article: rule.article,
          byDefault: mode === 'optIn' ? ('denied' as const) : ('allowed' as const),
          channels,
          apart,
          recipients: targets.map((target) => target.name),
          retention: retention.filter((one) => one.purpose === undefined || one.purpose === purpose).map((one) => one.name),
        };
      }),
      subjects: Number(subjects[0]?.counted ?? 0),
      records: Number(records[0]?.counted ?? 0),
      sources: fed.map(({ name, kind }) => ({ name, kind })),
      data: {
        traits: standardTraits.map((trait) => trait.name),
        identifiers: [...standardIdentifierKinds.keys()],
        computed: computedTraits,
        keptBy: holders().map(({ name }) => name),
      },
      retention,
      recipients: targets.map(({ name, url, tell = ['user_id'] }) => ({ name, host: new URL(url).host, tells: tell })),
      measures,
    };
  }

  async #add<T>(kind: number, content: T): Promise<Versioned<T>> {
    const { store, seal, ports } = this.#parts;
    const [last] = await store.select('SELECT max(version) AS version FROM oversight_documents WHERE kind = :kind', { kind });
    const id = await store.allocate('oversight_documents', 1);
    const version = Number(last?.version ?? 0) + 1;
    const madeAtMs = ports.clock.nowMs();
    const body = seal.seal('oversight_documents', id, content);
    const row: Row = { document_id: id, kind, version, made_at_ms: madeAtMs, body };
    await store.transact([{ op: 'insert', table: documentsTable, rows: [row] }]);
    return { id, version, madeAtMs, content };
  }

  async #versions<T>(kind: number, limit: number): Promise<Versioned<T>[]> {
    const rows = await this.#parts.store.select(
      'SELECT document_id, version, made_at_ms, body FROM oversight_documents WHERE kind = :kind ORDER BY version DESC LIMIT :limit',
      { kind, limit },
    );
    return rows.map((row) => this.#opened<T>(row));
  }

  async #one<T>(kind: number, id: number): Promise<Versioned<T>> {
    const [row] = await this.#parts.store.select(
      'SELECT document_id, version, made_at_ms, body FROM oversight_documents WHERE kind = :kind AND document_id = :id',
      { kind, id },
    );
    if (!row) throw new Fault('not_found', 'the document');
    return this.#opened<T>(row);
  }

  #opened<T>(row: Row): Versioned<T> {
    const id = Number(row.document_id);
    return {
      id,
      version: Number(row.version),
      madeAtMs: Number(row.made_at_ms),
      content: this.#parts.seal.open<T>('oversight_documents', id, row.body),
    };
  }
}

function settingsOf({ subjects: _subjects, records: _records, ...settings }: Register): string {
  return JSON.stringify(settings);
}

/** What the node does by itself, whatever is configured (article 30(1)(g), 32). */
const measures: Words[] = [
  { en: 'Everything about a customer is sealed on disk with a key of their record', zh: '客户数据在磁盘上以其记录专属密钥加密' },
  {
    en: 'Every read and change is in an audit log that is verified without any key',
    zh: '每次读取与更改均记入可独立验证的审计日志',
  },
  { en: 'Every use asks the consent gate for its purpose', zh: '每次使用均须经同意闸门按目的核准' },
  {
    en: 'Erasing destroys keys, leaves a receipt, and is repeated when a backup is restored',
    zh: '删除即销毁密钥并出具回执，恢复备份时自动重做',
  },
  { en: 'Data stays on the node; it calls nothing but what is configured', zh: '数据不出本节点，仅连接配置所列系统' },
];
