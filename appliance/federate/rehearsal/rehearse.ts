// A whole round on one machine: organisations that each have a part of one file, a custodian and a coordinator, as processes of their own over TLS
// on loopback; and beside it what one organisation with all rows would have trained, and each alone.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundProposal } from '../../../federation/participant/round/rounds.ts';
import { type Welcome, writeWelcome } from '../../../federation/protocol/files.ts';
import {
  type Learning,
  type Privacy,
  type PrivacyUnit,
  privacyFor,
  roundLimits,
  thresholdOf,
} from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault, protocolWords } from '../../../federation/protocol/words.ts';
import { Fault, type Words } from '../../core/errors.ts';
import { systemPorts } from '../../core/ports.ts';
import { initCoordinator, welcomeCoordinator } from '../coordinator-folder.ts';
import type { RoundTable } from '../rounds/round-table.ts';
import { type Compared, compare } from './compare.ts';
import { freePort } from './free-port.ts';
import { type Bytes, byteKinds, cryptographyOf, cryptographyS, type Metered, totalOf } from './meter.ts';
import type { Answered, Given, PartyState, What } from './words.ts';

const main = new URL('../../main.ts', import.meta.url).pathname;
const partyFile = new URL('./party.process.ts', import.meta.url).pathname;
const passphrase = 'a rehearsal is no secret';
const name = (text: string) => ({ en: text, zh: text });

export type RehearsalOptions = {
  /** A part of the file for each organisation, as CSV text; and the same as tables. */
  readonly parts: readonly { readonly csv: string; readonly table: RoundTable }[];
  readonly schema: RoundProposal['schema'];
  readonly learn: Learning;
  /** Noise, by what it is to promise. */
  readonly privacy?: { readonly epsilon: number; readonly delta: number; readonly unit?: PrivacyUnit };
  readonly against: 'malicious' | 'semi-honest';
  readonly agreement: 'x-wing' | 'x25519';
  /** So many organisations are killed, each once, in the middle; they begin again as a service would. */
  readonly kill: number;
  /** So many are killed for good when all have agreed and before anything is summed: the others go on without them. */
  readonly lose: number;
  /** Until who is away is left out. */
  readonly patienceMs: number;
  /** From 0 to below 1: when, and whom. */
  readonly chance: () => number;
  readonly say?: (line: Words) => void;
  readonly signal?: AbortSignal;
};

export type Rehearsed = Omit<Compared, 'pooledS'> & {
  readonly privacy?: Privacy;
  readonly bytes: {
    readonly sentByParty: readonly number[];
    readonly receivedByParty: readonly number[];
    readonly ciphertexts: number;
    /** What an organisation sent, on average, and of that what hiding its vectors took. */
    readonly sent: Bytes;
    readonly sentForCryptography: number;
  };
  readonly seconds: { readonly [phase: string]: number };
  readonly sums: number;
  readonly killed: number;
  /** Organisations that were lost, counted from 1: `pooled` is the table of the others. */
  readonly lost: readonly number[];
  readonly parties: number;
  readonly transcript: string;
};

class PartyProcess {
  readonly folder: string;
  #child!: ChildProcess;
  #next = 0;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #opened!: () => void;

  constructor(folder: string) {
    this.folder = folder;
  }

  async start(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#opened = resolve;
    });
    this.#child = spawn(process.execPath, [partyFile, this.folder], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let complaints = '';
    this.#child.stderr!.on('data', (bytes: Buffer) => {
      complaints = `${complaints}${bytes}`.slice(-2000);
    });
    this.#child.on('message', ({ id, value, fault }: Answered) => {
      if (id === -1) this.#opened();
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (fault !== undefined) waiting?.reject(new Error(fault));
      else waiting?.resolve(value);
    });
    const gone = once(this.#child, 'exit').then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`party: its process ended; ${complaints}`));
      this.#waiting.clear();
    });
    await Promise.race([opened, gone.then(() => Promise.reject(new Error(`party: did not begin; ${complaints}`)))]);
  }

  ask<Of extends What, Value>(what: Of, given: Given<Of>): Promise<Value> {
    const id = this.#next++;
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ id, what, given }, (error) => error && reject(error));
    });
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
  }
}

type PartiesOptions = Pick<RehearsalOptions, 'kill' | 'lose' | 'patienceMs' | 'chance' | 'say' | 'signal'> & {
  readonly parts: readonly { readonly csv: string }[];
  /** A party more keeps the key, and has no rows. */
  readonly custodian: boolean;
  /** @param members of the parts, in their order, and of the custodian */
  proposal(members: readonly string[]): Omit<RoundProposal, 'purpose' | 'reason' | 'patienceMs' | 'officers' | 'minRows'>;
};

/** Parties, their coordinator and one round, from the first key to the last vote. */
export class Rehearsal {
  readonly #options: PartiesOptions;
  readonly #home = mkdtempSync(join(tmpdir(), 'holdfast-rehearsal-'));
  readonly #parties: PartyProcess[] = [];
  #coordinator: ChildProcess | undefined;
  #port = 0;
  #coordinatorId = '';
  readonly members: string[] = [];
  /** By their places among the parts. */
  readonly lost = new Set<number>();

  constructor(options: PartiesOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    writeFileSync(join(this.#home, 'passphrase'), passphrase, { mode: 0o600 });
    const { parts, custodian } = this.#options;
    for (const [at, part] of [...parts, ...(custodian ? [undefined] : [])].entries()) {
      const folder = join(this.#home, `party-${at}`);
      mkdirSync(folder, { mode: 0o700 });
      if (part) writeFileSync(join(folder, 'rows.csv'), part.csv, { mode: 0o600 });
      const party = new PartyProcess(folder);
      this.#parties.push(party);
    }
    await Promise.all(this.#parties.map((party) => party.start()));
    await this.#federate();
  }

  async #federate(): Promise<void> {
    const [founder, ...others] = this.#parties as [PartyProcess, ...PartyProcess[]];
    this.#port = await freePort();
    await founder.ask('found', { name: name('organisation 1'), address: `127.0.0.1:${this.#port}` });
    const code = await founder.ask<'invite', string>('invite', { role: 'coordinator' });
    const made = await initCoordinator(this.#home, { passphrase, code, name: name('coordinator') }, systemPorts);
    this.#coordinatorId = made.member;
    const request: unknown = JSON.parse(made.joinFile);
    const welcome = await founder.ask<'admitCoordinator', Welcome>('admitCoordinator', {
      request,
      fingerprint: made.fingerprint,
    });
    await welcomeCoordinator(this.#home, { passphrase, text: writeWelcome(welcome) }, systemPorts);
    await this.#serve();
    this.members.push(await founder.ask<'refresh', string>('refresh', {}));
    for (const [at, party] of others.entries()) {
      const invitation = await founder.ask<'invite', string>('invite', { role: 'participant' });
      const fingerprint = await party.ask<'join', string>('join', { code: invitation, name: name(`organisation ${at + 2}`) });
      await founder.ask('admit', { fingerprint });
      this.members.push(await party.ask<'refresh', string>('refresh', {}));
    }
  }

  async #serve(): Promise<void> {
    const words = ['--data', this.#home, '--json', 'coordinate', 'serve', '--address', '127.0.0.1', '--port', `${this.#port}`];
    const env = { ...process.env, HOLDFAST_PASSPHRASE_FILE: join(this.#home, 'passphrase') };
    this.#coordinator = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const gone = once(this.#coordinator, 'exit').then(() =>
      Promise.reject(new Error('rehearsal: the coordinator did not begin')),
    );
    await Promise.race([once(this.#coordinator.stdout!, 'data'), gone]);
  }

  async agree(): Promise<string> {
    const { parts, patienceMs, custodian } = this.#options;
    const proposal: RoundProposal = {
      ...this.#options.proposal(this.members),
      purpose: 'rehearsal',
      reason: 'to see how a round goes, and what it costs',
      patienceMs,
      officers: 2,
      minRows: 1,
    };
    const round = await this.#parties[0]!.ask<'propose', string>('propose', { proposal, coordinator: this.#coordinatorId });
    for (const [at, party] of this.#parties.entries()) {
      await this.until(at, ({ begun }) => begun === true);
      if (at > 0 && at < parts.length) await party.ask('accept', { round });
    }
    await this.until(0, ({ accepted }) => accepted === parts.length);
    await this.#lose();
    if (custodian) await this.#parties.at(-1)!.ask('keepKey', { round });
    return round;
  }

  /** Not the first: it has founded the federation, and is asked for the transcript. */
  async #lose(): Promise<void> {
    const { lose, chance, say } = this.#options;
    const left = this.members.slice(1, -1).map((_, at) => at + 1);
    while (this.lost.size < lose) {
      const [at] = left.splice(Math.floor(chance() * left.length), 1) as [number];
      await this.#parties[at]!.kill();
      this.lost.add(at);
      say?.({
        en: `organisation ${at + 1} is lost for good before the first sum: the others go on without it`,
        zh: `机构 ${at + 1} 在首次汇总前永久退出：其余机构继续`,
      });
    }
  }

  /** Places of those who are still there. */
  get here(): number[] {
    return [...this.#options.parts.keys()].filter((at) => !this.lost.has(at));
  }

  state(at: number): Promise<PartyState> {
    return this.#parties[at]!.ask<'state', PartyState>('state', {});
  }

  async until(at: number, holds: (state: PartyState) => boolean): Promise<PartyState> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const state = await this.state(at);
      if (state.fault !== undefined) throw new Fault('federation_refused', `organisation ${at + 1}: ${state.fault}`);
      if (holds(state)) return state;
      if (state.over && state.ended?.result === 'stopped')
        throw new Fault('federation_refused', `the round stopped: ${state.ended.code} ${state.ended.reason ?? ''}`);
      await sleep(100);
    }
  }

  /** @returns what the killed ones had measured before */
  async kills(): Promise<Metered[]> {
    const { kill, chance, say } = this.#options;
    const left = this.here;
    const measured: Metered[] = [];
    for (let done = 0; done < Math.min(kill, left.length); done += 1) {
      const [at] = left.splice(Math.floor(chance() * left.length), 1) as [number];
      const before = (await this.state(at)).sums ?? 0;
      const steps = 1 + Math.floor(chance() * 12);
      const state = await this.until(at, ({ sums, asked }) => (sums ?? 0) >= before + steps || asked === true);
      await sleep(chance() * 200);
      measured.push(state.meter);
      await this.#parties[at]!.kill();
      say?.({
        en: `organisation ${at + 1} was killed after ${state.sums} steps, and begins again`,
        zh: `机构 ${at + 1} 在 ${state.sums} 步后被终止，现重新启动`,
      });
      await this.#parties[at]!.start();
    }
    return measured;
  }

  vote(at: number, round: string): Promise<void> {
    return this.#parties[at]!.ask('vote', { round, adopt: true });
  }

  transcript(round: string): Promise<string> {
    return this.#parties[0]!.ask<'transcript', string>('transcript', { round });
  }

  model(at: number, file = 'model.json'): Buffer {
    return readFileSync(join(this.#parties[at]!.folder, file));
  }

  end(): void {
    this.#coordinator?.kill('SIGKILL');
    for (const party of this.#parties) party.end();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** @throws {Fault} bad_request for what noise cannot promise */
function promiseOf({ parts, learn, against, privacy }: RehearsalOptions): Privacy | undefined {
  if (!privacy) return undefined;
  try {
    return privacyFor({ members: parts.map((_, at) => `${at}`), against, learn }, privacy);
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    throw new Fault('bad_request', `--unit: ${error.where}`, { words: protocolWords[error.code], cause: error });
  }
}

/** @throws {Fault} bad_request for fewer than three parts, or where too few would be left */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { parts, say, lose, against } = options;
  if (parts.length < 3) throw new Fault('bad_request', `parties: expected 3 or more, got ${parts.length}`);
  const least = Math.max(roundLimits.membersMin, thresholdOf({ members: parts.map((_, at) => `${at}`), against }));
  if (parts.length - lose < least)
    throw new Fault('bad_request', `lose: of ${parts.length} organisations, ${against}, ${least} or more have to stay`);
  const privacy = promiseOf(options);
  const { schema, learn, agreement } = options;
  const rehearsal = new Rehearsal({
    ...options,
    custodian: true,
    proposal: (members) => ({
      members: members.slice(0, -1).sort(),
      custodian: members.at(-1)!,
      ...{ schema, learn, against, agreement, encryption: 'bfv-4096' },
      ...(privacy && { privacy }),
    }),
  });
  const clock = stopwatch();
  try {
    await rehearsal.begin();
    say?.({
      en: `${parts.length} organisations, a custodian and a coordinator are members of one federation`,
      zh: `${parts.length} 个机构、密钥保管方与协调方已组成联盟`,
    });
    clock.lap('joining');
    const round = await rehearsal.agree();
    clock.lap('agreeing');
    say?.({ en: 'all have agreed; training begins', zh: '各方均已同意，开始训练' });
    const { here } = rehearsal;
    const before = await rehearsal.kills();
    for (const at of here) await rehearsal.until(at, ({ asked }) => asked === true);
    clock.lap('training');
    for (const at of here) await rehearsal.vote(at, round);
    const states: PartyState[] = [];
    for (const at of here) states.push(await rehearsal.until(at, ({ over }) => over === true));
    clock.lap('voting');
    const custodian = await rehearsal.state(parts.length);
    const transcript = await rehearsal.transcript(round);
    const models = here.map((at) => rehearsal.model(at));
    if (models.some((model) => !model.equals(models[0]!))) throw new Error('rehearsal: the organisations have different models');
    const tables = here.map((at) => parts[at]!.table);
    const promised = privacy && { privacy };
    const given = { tables, schema: options.schema, learn: options.learn, ...promised };
    const { pooledS, ...compared } = await compare(given, models[0]!, say);
    clock.lap('comparing');
    return {
      ...compared,
      ...promised,
      ...measuredOf(states, before, custodian, { ...clock.seconds, pooledTraining: pooledS }),
      killed: before.length,
      lost: [...rehearsal.lost].map((at) => at + 1).sort((x, y) => x - y),
      parties: parts.length,
      transcript,
    };
  } finally {
    rehearsal.end();
  }
}

export function stopwatch() {
  const seconds: { [phase: string]: number } = {};
  let sinceMs = performance.now();
  return {
    seconds,
    lap(phase: string) {
      seconds[phase] = (performance.now() - sinceMs) / 1000;
      sinceMs = performance.now();
    },
  };
}

/** @param before of organisations that were killed  @param custodian has no rows, and opens every sum */
export function measuredOf(
  states: readonly PartyState[],
  before: readonly Metered[],
  custodian: PartyState | undefined,
  seconds: { [phase: string]: number },
) {
  const all = [...states.map(({ meter }) => meter), ...before];
  const mean = (of: (meter: Metered) => number) => all.reduce((sum, meter) => sum + of(meter), 0) / states.length;
  const sent = Object.fromEntries(byteKinds.map((kind) => [kind, mean((meter) => meter.sent[kind])])) as Bytes;
  return {
    sums: states[0]!.sums ?? 0,
    bytes: {
      sentByParty: states.map(({ meter }) => totalOf(meter.sent)),
      receivedByParty: states.map(({ meter }) => totalOf(meter.received)),
      ciphertexts: sent.ciphertexts * states.length,
      sent,
      sentForCryptography: mean(cryptographyOf),
    },
    seconds: {
      ...seconds,
      waitingForSums: mean(({ sumsS }) => sumsS),
      encrypting: mean(({ encryptionS }) => encryptionS),
      masking: mean(({ masksS }) => masksS),
      sharing: mean(({ sharesS }) => sharesS),
      sealing: mean(({ sealsS }) => sealsS),
      ...(custodian && { cryptographyOfCustodian: cryptographyS(custodian.meter) }),
    },
  };
}
