// The node's certificate from an authority of the organisation, by ACME: when a new one is due, asking for it in the background, trying again later and later
// where that fails, and what is told of it. Keys and certificates lie in the folder `tls`; the server's key stays the same, as consoles know the node by it.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../../errors.ts';
import { type Environment, readSecret } from '../../model/secret-reference.ts';
import type { AcmeDeclaration } from '../../model/tls-config.ts';
import { loadPair, mkdirSafely, ownFolder, writeSafely } from '../files.ts';
import { isFor, isPlaceholder, type Making, newPlaceholder, newRequest, newServerKey } from '../own-authority.ts';
import { newAccountKey } from './jws.ts';
import { orderCertificate, type Prover } from './order.ts';
import { HttpProver, TlsProver } from './provers.ts';
import { refused } from './transport.ts';

export const acmeFiles = { certificate: 'acme.pem', key: 'acme-key.pem', accountKey: 'acme-account-key.pem' } as const;

/** An order takes seconds; one that takes longer is begun anew later. */
const longestOrderMs = 300_000;
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

export type AcmeParts = {
  declaration: AcmeDeclaration;
  /** The data folder. */
  folder: string;
  names: readonly string[];
  /** Where plain HTTP is listened on, if it is. */
  address: string;
  env: Environment;
  making(): Making;
  /** Told of the first failure in a row. */
  failed(error: unknown): void;
};

export type AcmeState = {
  directory: string;
  /** None was given yet: the node answers with one that nobody trusts. */
  isWaiting: boolean;
  /** Failures in a row, and the latest; none once a certificate came. */
  failures: number;
  failed?: { fault: Fault; nextTryAtMs: number };
};

export class Acme {
  readonly #parts: AcmeParts;
  readonly #prover: Prover;
  readonly #stop = new AbortController();
  #failures = 0;
  #failed: AcmeState['failed'];
  /** Until when nothing is asked for, and since when: a clock that was set back does not lengthen it. */
  #pause: { fromMs: number; untilMs: number } | undefined;
  #ordering: Promise<boolean> | undefined;

  constructor(parts: AcmeParts) {
    this.#parts = parts;
    const { httpPort } = parts.declaration;
    this.#prover =
      httpPort === undefined ? new TlsProver(parts.making()) : new HttpProver({ address: parts.address, port: httpPort });
  }

  get paths(): { certificate: string; key: string } {
    return { certificate: this.#at('certificate'), key: this.#at('key') };
  }

  /** For the server that the authority asks; undefined where it asks elsewhere. */
  get chooseProtocol(): TlsProver['choose'] | undefined {
    return this.#prover instanceof TlsProver ? this.#prover.choose : undefined;
  }

  state(leaf: X509Certificate): AcmeState {
    const { directory } = this.#parts.declaration;
    const failed = this.#failed;
    return { directory, isWaiting: isPlaceholder(leaf), failures: this.#failures, ...(failed && { failed }) };
  }

  /** Something to serve with, so that the authority's question finds a server. @throws {Fault} `store_read_only`, `disk_full`, `tls_unusable` */
  async prepare(): Promise<void> {
    mkdirSafely(join(this.#parts.folder, ownFolder));
    if (!existsSync(this.#at('accountKey'))) writeSafely(this.#at('accountKey'), newAccountKey());
    if (!existsSync(this.#at('key'))) writeSafely(this.#at('key'), await newServerKey());
    if (existsSync(this.#at('certificate')) && this.#isPair()) return;
    const { names, making } = this.#parts;
    writeSafely(this.#at('certificate'), await newPlaceholder(readFileSync(this.#at('key'), 'utf8'), names, making()));
  }

  /** Orders a certificate where it is time. @returns whether another one lies in the file now; one order runs at a time. Never throws. */
  keep(leaf: X509Certificate): Promise<boolean> {
    if (!this.#isDue(leaf)) return Promise.resolve(false);
    this.#ordering ??= this.#order().finally(() => {
      this.#ordering = undefined;
    });
    return this.#ordering;
  }

  close(): void {
    this.#stop.abort();
  }

  /** In the last third of its life, and for other names than are wanted, and before one was given; after a failure not at once. */
  #isDue(leaf: X509Certificate): boolean {
    const { nowMs } = this.#parts.making();
    const { fromMs, untilMs } = this.#pause ?? { fromMs: 0, untilMs: 0 };
    if (this.#stop.signal.aborted || (nowMs >= fromMs && nowMs < untilMs)) return false;
    const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
    const isFresh = nowMs >= from && nowMs < to - (to - from) / 3;
    return !isFresh || isPlaceholder(leaf) || !isFor(leaf, this.#parts.names);
  }

  async #order(): Promise<boolean> {
    const { declaration, folder, names, env } = this.#parts;
    try {
      const { directory, certificates, contact, externalAccount } = declaration;
      const key = readFileSync(this.#at('key'), 'utf8');
      const chain = await orderCertificate({
        directory,
        names,
        certificates: certificates === undefined ? undefined : readTrusted(resolve(folder, certificates)),
        contact,
        externalAccount: externalAccount && {
          id: externalAccount.id,
          secret: readSecret(externalAccount.key, '/tls/acme/externalAccount/key', folder, env),
        },
        accountKey: readFileSync(this.#at('accountKey'), 'utf8'),
        request: await newRequest(key, names),
        prover: this.#prover,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(longestOrderMs)]),
      });
      const leaf = this.#judge(chain, key);
      writeSafely(this.#at('certificate'), chain);
      this.#failures = 0;
      this.#failed = undefined;
      // One that seems to end soon already, by a clock that goes wrong, is no reason to ask without end.
      const lifeMs = leaf.validToDate.getTime() - leaf.validFromDate.getTime();
      this.#wait(Math.max(firstPauseMs, lifeMs / 9));
      return true;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#noteFailure(error);
      return false;
    }
  }

  /** What an authority gave by mistake never replaces what is in use. */
  #judge(chain: string, key: string): X509Certificate {
    const leaf = new X509Certificate(chain);
    if (!leaf.checkPrivateKey(createPrivateKey(key))) throw refused('certificate', 'it is for another key');
    const missing = this.#parts.names.filter((name) => !isFor(leaf, [name]));
    if (missing.length > 0) throw refused('certificate', `it is not for ${missing.join(', ')}`);
    const { nowMs } = this.#parts.making();
    if (nowMs >= leaf.validToDate.getTime()) throw refused('certificate', `it ended at ${leaf.validToDate.toISOString()}`);
    return leaf;
  }

  /** At most an hour, but for what the authority says. @returns until when */
  #wait(pauseMs: number, wishedMs = 0): number {
    const { nowMs: fromMs } = this.#parts.making();
    const untilMs = fromMs + Math.max(Math.min(pauseMs, longestPauseMs), wishedMs);
    this.#pause = { fromMs, untilMs };
    return untilMs;
  }

  #noteFailure(error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('acme_failed', 'unexpected', { cause: error });
    this.#failures += 1;
    const nextTryAtMs = this.#wait(firstPauseMs * 2 ** (this.#failures - 1), (fault.retryAfterS ?? 0) * 1_000);
    this.#failed = { fault, nextTryAtMs };
    if (this.#failures === 1) this.#parts.failed(error);
  }

  #isPair(): boolean {
    try {
      loadPair(this.#at('certificate'), this.#at('key'));
      return true;
    } catch {
      return false;
    }
  }

  #at(name: keyof typeof acmeFiles): string {
    return join(this.#parts.folder, ownFolder, acmeFiles[name]);
  }
}

function readTrusted(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('unreadable_file', `${path} (tls.acme.certificates)`, { cause: error });
  }
}
