// Doctor: a table of checks, each of which says what it found and what to do, and the last look at the structure of the store, which reads all of it
// and so is made beside the answers: some minutes after the start, daily, and when somebody asks.

import { setTimeout } from 'node:timers';
import { Fault, type Words } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Finding } from '../../core/store/store.ts';

export { type CertificateFacts, checkCertificate } from './certificate.ts';
export { type ClockFacts, checkClock, newestFileMs } from './clock.ts';
export { changedFinding, environmentOddities, oddities } from './config-oddities.ts';
export { checkForecast, type FreeRoom, forecastDays } from './disk-forecast.ts';
export { checkKeyFiles, checkPermissions } from './files.ts';
export { checkEpochs, type Epochs } from './key-epochs.ts';
export { checkQueues, type Queue } from './queues.ts';
export { checkSchema } from './schema.ts';

export const doctorLimits = {
  /** Of a start: what else happens then goes first. */
  firstLookMs: 5 * 60_000,
  everyMs: 24 * 3_600_000,
} as const;

/** One line of the table. What it throws as a fault becomes a finding under its own id. */
export type Check = { readonly id: string; readonly name: Words; find(): Finding[] | Promise<Finding[]> };

/** `kept`: what is known of the structure; `fresh` and `deep`: what is found now. */
export type Depth = 'kept' | 'fresh' | 'deep';

export type StructureLook = {
  /** When the look that is shown ended; undefined before the first. */
  lookedAtMs?: number;
  deep?: boolean;
  /** One runs or waits. */
  looking: boolean;
};

export type DoctorAnswer = { findings: Finding[]; structure: StructureLook };

export type DoctorParts = {
  checks: readonly Check[];
  /** Reads the store, for minutes where there is much. */
  checkStructure(deep: boolean): Promise<Finding[]>;
  clock: Clock;
  failed(what: string, error: unknown): void;
};

type Look = { findings: Finding[]; atMs: number; deep: boolean };

const structure = { check: 'integrity', name: { en: 'Structure of the database', zh: '数据库结构' } };

export class Doctor {
  readonly #parts: DoctorParts;
  #kept: Look | undefined;
  /** Looks that have not begun, by whether they are deep: who asks for the same waits for the same. */
  readonly #waiting = new Map<boolean, Promise<Look>>();
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  /** From now on the structure is looked at by itself. */
  begin(): void {
    this.#lookIn(doctorLimits.firstLookMs);
  }

  async look(depth: Depth): Promise<DoctorAnswer> {
    const looked = depth === 'kept' ? this.#kept : this.#lookNow(depth === 'deep');
    const found = await Promise.all(this.#parts.checks.map((check) => this.#findingsOf(check)));
    const look = await looked;
    return {
      findings: [...(look?.findings ?? [notYet]), ...found.flat()],
      structure: {
        ...(look && { lookedAtMs: look.atMs, deep: look.deep }),
        looking: this.#unfinished > 0,
      },
    };
  }

  /** A look that runs goes on until the store closes. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** A look that began before the question does not answer it: what is asked about may have come since. */
  #lookNow(deep: boolean): Promise<Look> {
    const waits = this.#waiting.get(deep);
    if (waits) return waits;
    const look = this.#last.then(() => this.#lookThrough(deep));
    this.#waiting.set(deep, look);
    this.#last = look.catch(() => undefined);
    return look;
  }

  async #lookThrough(deep: boolean): Promise<Look> {
    this.#waiting.delete(deep);
    this.#unfinished += 1;
    try {
      const { checkStructure, clock } = this.#parts;
      const findings = await this.#findingsOf({ id: structure.check, name: structure.name, find: () => checkStructure(deep) });
      this.#kept = { findings, atMs: clock.nowMs(), deep };
      return this.#kept;
    } finally {
      this.#unfinished -= 1;
      this.#lookIn(doctorLimits.everyMs);
    }
  }

  /** A node that is broken in a way that nobody thought of is looked at by the other checks all the same. */
  async #findingsOf(check: Check): Promise<Finding[]> {
    try {
      return await check.find();
    } catch (error) {
      if (error instanceof Fault) return [unlooked(check, error)];
      this.#parts.failed('doctor', error);
      return [unlooked(check, new Fault('internal', undefined, { cause: error }))];
    }
  }

  #lookIn(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#lookNow(false).catch((error: unknown) => this.#parts.failed('doctor', error));
    }, waitMs).unref();
  }
}

/** What could not be looked at, and why. */
function unlooked({ id, name }: Check, { code, words: { message, next } }: Fault): Finding {
  return {
    severity: 'error',
    check: id,
    name,
    message: {
      en: `It could not be looked at. ${message.en} [${code}]`,
      zh: `无法检查。${message.zh}[${code}]`,
    },
    next,
  };
}

const notYet: Finding = {
  ...structure,
  severity: 'ok',
  message: {
    en: 'Not looked at since the node started; this happens by itself some minutes after.',
    zh: '节点启动后尚未检查；将在启动几分钟后自动进行。',
  },
};
