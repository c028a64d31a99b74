// The node's own HTTPS: which certificate it answers with, and that a newer one is taken up while it serves, whether somebody gave it, the node's own authority
// made it, or one of the organisation was asked for it. A certificate that cannot be used does not replace one that can; doctor tells of it.

import { createHash, type X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Server as AnyServer } from 'node:http';
import type { Server } from 'node:https';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { setInterval } from 'node:timers';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Config } from '../config.ts';
import { Fault } from '../errors.ts';
import { acmeNames, type TlsDeclaration } from '../model/tls-config.ts';
import type { Ports } from '../ports.ts';
import { Acme, type AcmeState } from './acme/acme.ts';
import { keepOwn, type Loaded, loadPair, ownFiles, ownFolder } from './files.ts';

export type { AcmeState } from './acme/acme.ts';
export { ownFiles, ownFolder } from './files.ts';

/** Files are looked at this often; their times alone, which costs nothing. */
const lookEveryMs = 15_000;

export type TlsParts = {
  declaration: TlsDeclaration;
  /** The data folder. */
  folder: string;
  /** Whom the certificate is for, the chief one first. */
  names: readonly string[];
  /** What the node listens on. */
  address: string;
  ports: Pick<Ports, 'clock' | 'random'>;
  failed(what: string, error: unknown): void;
};

export type CertificateState = {
  file: string;
  leaf: X509Certificate;
  own: boolean;
  /** Where an authority of the organisation gives it, by ACME. */
  acme?: AcmeState;
  /** Why what lies in the files now is not used. */
  refused?: Fault;
};

/** What is offered beside the certificate: TLS 1.3, and 1.2 with forward secrecy and authenticated encryption alone where it is asked for. */
export const secureSettings = ({ minVersion = '1.3' }: TlsDeclaration): SecureContextOptions => ({
  minVersion: minVersion === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    ...(minVersion === '1.2'
      ? [
          'ECDHE-ECDSA-AES256-GCM-SHA384',
          'ECDHE-RSA-AES256-GCM-SHA384',
          'ECDHE-ECDSA-CHACHA20-POLY1305',
          'ECDHE-RSA-CHACHA20-POLY1305',
          'ECDHE-ECDSA-AES128-GCM-SHA256',
          'ECDHE-RSA-AES128-GCM-SHA256',
        ]
      : []),
  ].join(':'),
  ecdhCurve: 'X25519MLKEM768:X25519:P-256:P-384',
  honorCipherOrder: true,
});

/** By SHA-256 over its public key, as enrolment codes have it. */
export const pinOf = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** Whom an own certificate is for: what clients type, the address, what is configured, and this machine; one of ACME without the last two. */
function namesOf(config: Config): string[] {
  if (config.tls?.acme) return acmeNames(config.publicUrl, config.tls);
  const outside = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, '')];
  const address = isIP(config.address) !== 0 && !/^(0\.0\.0\.0|::)$/.test(config.address) ? [config.address] : [];
  const all = [...outside, ...(config.tls?.names ?? []), ...address, 'localhost', '127.0.0.1', '::1'];
  return [...new Set(all.map((name) => name.toLowerCase()))];
}

export class ServerTls {
  readonly #parts: TlsParts;
  readonly #watchers = new Set<() => void>();
  #loaded: Loaded;
  #seen: string;
  #refused: Fault | undefined;
  #timer: NodeJS.Timeout | undefined;
  #server: Server | undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #acme: Acme | undefined;

  private constructor(parts: TlsParts, acme: Acme | undefined, loaded: Loaded, seen: string) {
    this.#parts = parts;
    this.#acme = acme;
    this.#loaded = loaded;
    this.#seen = seen;
  }

  /** That of a node which serves, where its configuration has one. @throws {Fault} as `open` */
  static async of(
    { config, folder, ports, serving }: { config: Config; folder: string; ports: Ports; serving?: boolean },
    failed: TlsParts['failed'],
  ): Promise<ServerTls | undefined> {
    if (config.tls === undefined || serving !== true) return undefined;
    const { tls: declaration, address } = config;
    return ServerTls.open({ declaration, folder, names: namesOf(config), address, ports, failed });
  }

  /** @throws {Fault} `tls_unusable`, and `store_read_only`, `disk_full` of an own authority */
  static async open(parts: TlsParts): Promise<ServerTls> {
    const acme = acmeOf(parts);
    await acme?.prepare();
    const { certificate, key, isOwn } = pathsOf(parts, acme);
    if (isOwn) await keepOwn(parts.folder, parts.names, makingOf(parts));
    const seen = stateOf(certificate, key);
    return new ServerTls(parts, acme, loadPair(certificate, key), seen);
  }

  /** For the server, when it is made. */
  get options(): SecureContextOptions & Pick<TlsOptions, 'ALPNProtocols' | 'ALPNCallback'> {
    const choose = this.#acme?.chooseProtocol;
    return { ...this.#context(), ...(choose ? { ALPNCallback: choose } : { ALPNProtocols: ['http/1.1'] }) };
  }

  get certificate(): CertificateState {
    const { certificate: file, isOwn: own } = pathsOf(this.#parts, this.#acme);
    const { leaf } = this.#loaded;
    const acme = this.#acme?.state(leaf);
    return { file, leaf, own, ...(acme && { acme }), ...(this.#refused && { refused: this.#refused }) };
  }

  get pin(): string {
    return pinOf(this.#loaded.leaf);
  }

  /** @param server one that was made with `options`. From now on the files are looked at by themselves, and the server answers with what is new in them. */
  begin(server: AnyServer): void {
    this.#server = server as Server;
    this.#timer ??= setInterval(() => void this.look(), lookEveryMs).unref();
    // Whoever asks whether a name is this node's has to find it listening.
    if (this.#acme) server.once('listening', () => void this.order());
  }

  /** By ACME: asks for a certificate where it is time, and takes it up. Never throws: `certificate` says what came of it. */
  async order(): Promise<void> {
    if (this.#server?.listening && (await this.#acme?.keep(this.#loaded.leaf))) await this.look();
  }

  /** Told after another certificate was taken up. */
  onChange(listener: () => void): void {
    this.#watchers.add(listener);
  }

  /** Renews an own certificate whose time has come, and takes up files that changed. Never throws: what is in use stays. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookNow());
    void this.#looking.then(() => this.order());
    return this.#looking;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#server = undefined;
    this.#acme?.close();
  }

  async #lookNow(): Promise<void> {
    const parts = this.#parts;
    const { certificate, key, isOwn } = pathsOf(parts, this.#acme);
    try {
      if (isOwn) await keepOwn(parts.folder, parts.names, makingOf(parts));
      const seen = stateOf(certificate, key);
      if (seen === this.#seen) return;
      // Of two files that are replaced one after the other, the first look may see a pair that does not match; the next one looks again.
      this.#loaded = loadPair(certificate, key);
      this.#seen = seen;
      this.#refused = undefined;
      this.#server?.setSecureContext(this.#context());
      for (const tell of this.#watchers) tell();
    } catch (error) {
      const isNew = this.#refused === undefined;
      this.#refused = error instanceof Fault ? error : new Fault('tls_unusable', certificate, { cause: error });
      if (isNew) parts.failed('tls', error);
    }
  }

  #context(): SecureContextOptions {
    const { certificate, key } = this.#loaded;
    return { ...secureSettings(this.#parts.declaration), cert: certificate, key };
  }
}

function acmeOf(parts: TlsParts): Acme | undefined {
  const { declaration, folder, names, address } = parts;
  if (!declaration.acme) return undefined;
  const failed = (error: unknown) => parts.failed('certificate', error);
  return new Acme({
    declaration: declaration.acme,
    folder,
    names,
    address,
    env: process.env,
    making: () => makingOf(parts),
    failed,
  });
}

function pathsOf({ declaration, folder }: TlsParts, acme: Acme | undefined) {
  if (acme) return { ...acme.paths, isOwn: false };
  const { certificate, key } = declaration;
  if (certificate !== undefined && key !== undefined)
    return { certificate: resolve(folder, certificate), key: resolve(folder, key), isOwn: false };
  const own = join(folder, ownFolder);
  return { certificate: join(own, ownFiles.server), key: join(own, ownFiles.serverKey), isOwn: true };
}

const makingOf = ({ ports }: TlsParts) => ({ nowMs: ports.clock.nowMs(), random: ports.random });

/** Changes whenever one of the files was written or replaced. */
function stateOf(...files: readonly string[]): string {
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? '-' : `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}`;
    })
    .join(' ');
}
