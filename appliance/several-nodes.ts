// A node as one of several over one database: it records, and one of them, the lead, does everything else as well. Holds the root
// key while the node is open, since whoever records may have to become the lead at any moment.

import { blindIndex } from '../crypto/blind-index.ts';
import { canonicalJson } from '../crypto/canonical-json.ts';
import { deriveKey } from '../crypto/kdf.ts';
import { type Key, keyFrom } from '../crypto/keys.ts';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { NotReady } from './core/http/health.ts';
import type { Ports } from './core/ports.ts';
import type { Cluster, Store } from './core/store/store.ts';
import type { OpenNode } from './node.ts';
import { openRecordingNode, type RecordingNode } from './recording-node.ts';

/** How often the lead moves the mark before which a node that later has the database alone need not look. */
const markEveryMs = 60_000;

/** Settings that are each node's own. */
const ownSettings: ReadonlySet<string> = new Set([
  ...[
    'address',
    'port',
    'publicUrl',
    'publicCertificate',
    'tls',
    'trustedProxies',
    'store',
    'storePassword',
    'log',
    'metrics',
    'tracing',
    'cluster',
    'auditSink',
    'erasureLog',
  ],
]);

export type SeveralParts = {
  store: Store;
  ports: Ports;
  config: Config;
  /** Opens everything; takes over the key. */
  openLead(root: Key<'root'>): Promise<void>;
  lead(): OpenNode | undefined;
  failed(what: string, error: unknown): void;
  onLost?(): void;
};

export class SeveralNodes {
  readonly #cluster: Cluster;
  readonly #parts: SeveralParts;
  #root: Key<'root'> | undefined;
  #recording: RecordingNode | undefined;
  #fenced = false;
  /** It is, or is becoming, the lead. */
  #leading = false;
  #changing: Promise<void> = Promise.resolve();
  #listening = false;
  #wordWaits = false;
  #marking: ReturnType<typeof setInterval> | undefined;

  constructor(cluster: Cluster, parts: SeveralParts) {
    this.#cluster = cluster;
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#root !== undefined;
  }

  /** What it is while it is not the lead; undefined while sealed. @throws {Fault} `too_busy` while it becomes the lead */
  recording(): RecordingNode | undefined {
    if (this.isOpen && !this.#recording) throw new Fault('too_busy', 'the node becomes the lead', { retryAfterS: 1 });
    return this.#recording;
  }

  problem(): NotReady | undefined {
    if (this.#fenced) return 'fenced';
    return this.isOpen && !this.#recording && !this.#parts.lead() ? 'joining' : undefined;
  }

  /** @throws {Fault} `cluster_settings_differ`, and what opening says */
  async begin(root: Key<'root'>): Promise<void> {
    const kept = keyFrom('root', root.reveal());
    root.destroy();
    try {
      await this.#cluster.begin(declared(kept, this.#parts.config), {
        elected: () => this.#elected(),
        fenced: () => this.#lost(),
        rejoined: () => this.#rejoined(),
        word: (about) => this.#word(about),
      });
      this.#root = kept;
      if (this.#cluster.lead) await this.#becomeLead();
      else await this.#record();
    } catch (error) {
      this.#root = undefined;
      this.#leading = false;
      clearInterval(this.#marking);
      await this.#cluster.leave().catch(() => undefined);
      kept.destroy();
      throw error;
    }
  }

  /** After the lead's part, where it was the lead. */
  async close(): Promise<void> {
    clearInterval(this.#marking);
    const root = this.#root;
    this.#root = undefined;
    this.#leading = false;
    await this.#changing;
    const recording = this.#recording;
    this.#recording = undefined;
    await recording?.close();
    if (root) await this.#cluster.leave().catch(() => undefined);
    root?.destroy();
  }

  #elected(): void {
    // While it begins it asks by itself.
    if (!this.#root) return;
    void this.#change('becoming the lead', () =>
      this.#becomeLead().catch(async (error: unknown) => {
        // Another node may manage it; this one is neither now.
        await this.#cluster.leave().catch(() => undefined);
        this.#parts.onLost?.();
        throw error;
      }),
    );
  }

  async #becomeLead(): Promise<void> {
    if (this.#leading || !this.#root) return;
    this.#leading = true;
    const recording = this.#recording;
    this.#recording = undefined;
    await recording?.close();
    await this.#parts.openLead(keyFrom('root', this.#root.reveal()));
    this.#marking = setInterval(() => {
      this.#parts
        .lead()
        ?.profiles.moveMark()
        .catch((error: unknown) => this.#parts.failed('moving the mark of the record', error));
    }, markEveryMs);
    this.#marking.unref();
    this.#word();
  }

  async #record(): Promise<void> {
    if (this.#leading || !this.#root) return;
    const { store, ports, config } = this.#parts;
    const before = this.#recording;
    const root = keyFrom('root', this.#root.reveal());
    try {
      this.#recording = await openRecordingNode({ store, root, ports, config });
    } finally {
      root.destroy();
    }
    await before?.close();
  }

  #lost(): void {
    if (this.#leading) this.#parts.onLost?.();
    else this.#fenced = true;
  }

  #rejoined(): void {
    void this.#change('joining the others anew', async () => {
      await this.#record();
      this.#fenced = false;
    });
  }

  /** Once more where word came meanwhile; never two at a time. */
  #word(about?: 'changes' | 'settings'): void {
    if (about !== undefined && (about === 'changes') !== this.#leading) return;
    this.#wordWaits = true;
    if (this.#listening) return;
    this.#listening = true;
    void this.#listen().finally(() => {
      this.#listening = false;
    });
  }

  async #listen(): Promise<void> {
    while (this.#wordWaits) {
      this.#wordWaits = false;
      try {
        const lead = this.#parts.lead();
        if (lead) await this.#cluster.takeChanged((records) => lead.profiles.changedElsewhere(records));
        else if (this.#recording && (await this.#cluster.settings()) !== this.#recording.settings)
          await this.#change("taking the lead's settings", () => this.#record());
      } catch (error) {
        this.#parts.failed('hearing of other nodes', error);
      }
    }
  }

  #change(what: string, work: () => Promise<void>): Promise<void> {
    this.#changing = this.#changing.then(work).catch((error: unknown) => this.#parts.failed(what, error));
    return this.#changing;
  }
}

/** Keyed, since what an organisation declares is nobody's business who has the database alone. */
function declared(root: Key<'root'>, config: Config): Uint8Array {
  const shared = Object.fromEntries(Object.entries(config).filter(([name]) => !ownSettings.has(name)));
  const key = deriveKey(root, 'index', 'cluster settings');
  try {
    return blindIndex(key, 'cluster settings', canonicalJson(shared));
  } finally {
    key.destroy();
  }
}
