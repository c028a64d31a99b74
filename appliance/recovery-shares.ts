// Recovery shares over HTTP: made for who knows the passphrase, shown this once, and good only once enough of them were typed back.

import type { FastifyInstance } from 'fastify';
import { Fault } from './core/errors.ts';
import { errorResponses } from './core/http/openapi.ts';
import type { Clock, Random } from './core/ports.ts';
import { offerShares, type ShareOffer, sharesOf, takeShares } from './core/vault/vault.ts';

export const shareLimits = {
  /** Shares of one set. A person keeps one: more are not handed out. */
  shares: 16,
  /** How long shares that were shown may be typed back. */
  waitMs: 60 * 60_000,
} as const;

export type SharesState = {
  /** What opens the node beside the passphrase. */
  shares?: { needed: number; of: number };
  /** Shown, and not typed back yet. */
  waiting?: { needed: number; of: number; untilMs: number };
};

export class RecoveryShares {
  readonly #folder: string;
  readonly #ports: { clock: Clock; random: Random };
  readonly #wrong: () => void;
  #waiting: { offer: ShareOffer; untilMs: number } | undefined;

  /** @param wrong told of each wrong passphrase */
  constructor(parts: { folder: string; ports: { clock: Clock; random: Random } }, wrong: () => void) {
    this.#folder = parts.folder;
    this.#ports = parts.ports;
    this.#wrong = wrong;
  }

  async state(): Promise<SharesState> {
    const given = await sharesOf(this.#folder);
    const waiting = this.#held();
    return {
      ...(given && { shares: { needed: given.k, of: given.n } }),
      ...(waiting && { waiting: { needed: waiting.offer.k, of: waiting.offer.n, untilMs: waiting.untilMs } }),
    };
  }

  /** Those shown before and not typed back are forgotten. @throws {Fault} `wrong_passphrase`, `bad_request` */
  async make(passphrase: string, needed: number, of: number): Promise<{ shares: string[]; untilMs: number }> {
    const { shares, offer } = await this.#noting(() =>
      offerShares(this.#folder, passphrase, { k: needed, n: of }, { random: this.#ports.random }),
    );
    const untilMs = this.#ports.clock.nowMs() + shareLimits.waitMs;
    this.#waiting = { offer, untilMs };
    return { shares, untilMs };
  }

  /** @throws {Fault} `wrong_passphrase` that names the share, `conflict` when none wait */
  async confirm(typed: readonly string[]): Promise<SharesState> {
    const waiting = this.#held();
    if (!waiting) throw new Fault('conflict', 'no shares wait to be typed back: make them anew');
    await takeShares(this.#folder, waiting.offer, typed);
    this.#waiting = undefined;
    return this.state();
  }

  #held(): { offer: ShareOffer; untilMs: number } | undefined {
    if (this.#waiting && this.#ports.clock.nowMs() >= this.#waiting.untilMs) this.#waiting = undefined;
    return this.#waiting;
  }

  async #noting<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Fault && error.code === 'wrong_passphrase') this.#wrong();
      throw error;
    }
  }
}

const count = { type: 'integer', minimum: 2, maximum: shareLimits.shares };
const set = {
  type: 'object',
  required: ['needed', 'of'],
  properties: { needed: { ...count, description: 'How many of them open the node.' }, of: count },
};
/** What `GET /api/seal` tells of shares too. */
export const sharesProperties = {
  shares: { ...set, description: 'The recovery shares that open the node; absent when there are none.' },
  waiting: {
    ...set,
    required: ['needed', 'of', 'untilMs'],
    properties: { ...set.properties, untilMs: { type: 'integer' } },
    description: 'Shares that were shown and wait to be typed back.',
  },
};
const common = { tags: ['seal'], security: [{ accessToken: [] }] };
const schemas = {
  make: {
    ...common,
    summary: 'Make recovery shares, shown this once; they count once enough of them were typed back',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['passphrase', 'needed', 'of'],
      properties: { passphrase: { type: 'string', minLength: 1, maxLength: 1024 }, needed: count, of: count },
      examples: [{ passphrase: 'correct horse battery staple', needed: 2, of: 3 }],
    },
    response: {
      200: {
        type: 'object',
        required: ['shares', 'untilMs'],
        properties: {
          shares: { type: 'array', items: { type: 'string' } },
          untilMs: { type: 'integer', description: 'Until when they may be typed back.' },
        },
        examples: [{ shares: ['HF-1-0C5R-EXAM-PLE0', 'HF-2-0C5R-EXAM-PLE1'], untilMs: 1790003600000 }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  confirm: {
    ...common,
    summary: 'Type recovery shares back: from now on they open the node, and those made before no longer do',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['shares'],
      properties: {
        shares: { type: 'array', items: { type: 'string', maxLength: 512 }, minItems: 1, maxItems: shareLimits.shares },
      },
      examples: [{ shares: ['HF-1-0C5R-EXAM-PLE0', 'HF-3-0C5R-EXAM-PLE2'] }],
    },
    response: {
      200: { type: 'object', properties: sharesProperties, examples: [{ shares: { needed: 2, of: 3 } }] },
      ...errorResponses(400, 401, 403, 409, 503),
    },
  },
};

/** `POST /api/keys/shares` and `/api/keys/shares/confirm`. Mount it behind the access token. */
export function mountShares(scope: FastifyInstance, recovery: RecoveryShares): void {
  scope.post<{ Body: { passphrase: string; needed: number; of: number } }>(
    '/api/keys/shares',
    { schema: schemas.make, config: { audit: { action: 'keys.shares', change: true } } },
    ({ body: { passphrase, needed, of } }) => recovery.make(passphrase, needed, of),
  );
  scope.post<{ Body: { shares: string[] } }>(
    '/api/keys/shares/confirm',
    { schema: schemas.confirm, config: { audit: { action: 'keys.shares.confirm', change: true } } },
    ({ body }) => recovery.confirm(body.shares),
  );
}
