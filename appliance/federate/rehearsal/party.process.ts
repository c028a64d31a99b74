// One organisation of a rehearsal, as a process of its own: a member with its own database and keys, connected to the coordinator over TLS as a
// node would be, that learns from one file. Who rehearses tells it what an officer would, over the channel to the process that started it.
// Its key lies beside its database: a rehearsal's folder lives as long as the rehearsal.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyFrom } from '../../../crypto/keys.ts';
import { Belonging } from '../../../federation/participant/belonging/belonging.ts';
import { standingOf } from '../../../federation/participant/belonging/standing.ts';
import { httpsCoordinator, httpsDoor } from '../../../federation/participant/https-client.ts';
import { Closed } from '../../../federation/participant/match/session.ts';
import type { ParticipantPorts } from '../../../federation/participant/ports.ts';
import type { RoundEvent, RoundPorts } from '../../../federation/participant/round/ports.ts';
import { type RoundProposal, Rounds } from '../../../federation/participant/round/rounds.ts';
import type { CoordinatorApi } from '../../../federation/protocol/coordinator-api.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { systemPorts } from '../../core/ports.ts';
import { openSqliteStore } from '../../core/store/sqlite/sqlite.ts';
import { byteSeal } from '../../core/vault/vault.ts';
import { startAveraging } from '../../decide/models/averaging/averaging.ts';
import { Boosting } from '../../decide/models/boosting/boosting.ts';
import { federationMigrations, storeBook, storeSpool } from '../book.ts';
import { learnRound } from '../rounds/learning.ts';
import { tableOfFile } from '../rounds/round-file.ts';
import { startRoundThreads } from '../rounds/round-threads.ts';
import { startRowThreads } from '../rounds/row-crypto.ts';
import { ownerOfFile, partnerOfFile } from '../rounds/vertical-file.ts';
import { Meter } from './meter.ts';
import type { Answered, Asked, PartyState } from './words.ts';

const waitMs = 20_000;
const officers = [
  { officer: 'first officer', reason: 'rehearsal' },
  { officer: 'second officer', reason: 'rehearsal' },
];
const yearMs = 300 * 86_400_000;

class Party {
  readonly #folder: string;
  readonly #meter = new Meter();
  readonly #closing = new AbortController();
  readonly #events: RoundEvent[] = [];
  readonly #boosting = new Boosting({ threads: 1 });
  readonly #averaging = startAveraging();
  readonly #threads = startRoundThreads();
  readonly #rowThreads = startRowThreads();
  #exposed: number | undefined;
  #belonging!: Belonging;
  #federation: string | undefined;
  #rounds: Rounds | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    const keyFile = join(this.#folder, 'key');
    if (!existsSync(keyFile)) writeFileSync(keyFile, systemPorts.random.bytes(32), { mode: 0o600 });
    const key = keyFrom('data', readFileSync(keyFile));
    const seals = byteSeal({ derivedKey: () => key, derivedEpoch: 1 });
    const store = await openSqliteStore({ file: join(this.#folder, 'party.db'), readers: 1 });
    await store.migrate(federationMigrations);
    const ports: ParticipantPorts = {
      clock: systemPorts.clock,
      random: systemPorts.random,
      book: storeBook(store, seals, 'member'),
      spool: storeSpool(store, seals, 'member'),
      connect: (identity) => this.#meter.around(httpsCoordinator(identity, systemPorts.clock)) as CoordinatorApi,
      knock: (address) => httpsDoor(address, systemPorts.clock),
    };
    this.#belonging = await Belonging.open(ports);
    this.#ports = ports;
    const [held] = this.#belonging.federations();
    if (held) this.#federation = held.federation;
    if (held?.state === 'member') await this.#begin();
  }

  #ports!: ParticipantPorts;

  async #begin(): Promise<Rounds> {
    if (this.#rounds) return this.#rounds;
    const federation = this.#federation!;
    const standing = standingOf(this.#belonging, federation);
    const ports: RoundPorts = {
      ...this.#ports,
      pause: async (ms) => {
        await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => {
          throw new Closed();
        });
      },
      sums: this.#meter.crypto(this.#threads.sums),
      timed: this.#meter.timed,
      learn: async ({ me, terms, ask, signal }) => {
        const table = await tableOfFile(join(this.#folder, 'rows.csv'), terms, signal);
        const parts = { me, boosting: this.#boosting, averaging: this.#averaging, random: systemPorts.random };
        return learnRound(terms, table, { ...parts, ask: this.#meter.asking(ask), signal });
      },
      vertical: {
        rows: this.#rowThreads.rows,
        owner: (work) => ownerOfFile(join(this.#folder, 'rows.csv'), work, this.#boosting),
        partner: (work) =>
          partnerOfFile(join(this.#folder, 'rows.csv'), work, this.#boosting, async (exposed) => {
            this.#exposed = exposed;
          }),
      },
      adopt: async (_round, _terms, model, part) => {
        if (part) writeFileSync(join(this.#folder, 'part.json'), part);
        writeFileSync(join(this.#folder, 'model.json'), model);
      },
      tell: async (event) => void this.#events.push(event),
    };
    const rounds = await Rounds.open(ports, standing);
    this.#rounds = rounds;
    void this.#follow(rounds);
    return rounds;
  }

  async #follow(rounds: Rounds): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await rounds.poll(waitMs);
        rounds.chores();
      } catch {
        // The coordinator is away, or begins again.
        await sleep(200);
      }
    }
  }

  async answer({ what, given }: Asked): Promise<unknown> {
    const belonging = this.#belonging;
    const federation = this.#federation ?? '';
    switch (what) {
      case 'found': {
        const found = await belonging.found({ name: given.name, address: given.address, coordinator: 'separate' });
        this.#federation = found.federation;
        return { federation: found.federation, fingerprint: found.fingerprint };
      }
      case 'invite':
        return (await belonging.invite(federation, { role: given.role, expiresInMs: 3_600_000 })).code;
      case 'admitCoordinator': {
        const { events: _events, ...welcome } = await belonging.admitFromFile(federation, given.request, given.fingerprint);
        return welcome;
      }
      case 'join': {
        const asked = await belonging.join({ code: given.code, name: given.name });
        this.#federation = asked.federation;
        return asked.fingerprint;
      }
      case 'admit': {
        await belonging.chores();
        const requests = await belonging.joinRequests(federation);
        const { invitation } = requests.find(({ fingerprint }) => fingerprint === given.fingerprint)!;
        return (await belonging.admit(federation, invitation, given.fingerprint)).member;
      }
      case 'refresh':
        await belonging.chores();
        await belonging.refresh(federation);
        await this.#begin();
        return belonging.identity(federation).member;
      case 'propose':
        return (await this.#begin()).propose(given.proposal as RoundProposal, given.coordinator, {}, officers);
      case 'accept':
        return (await this.#begin()).accept(given.round, {}, officers);
      case 'keepKey':
        return (await this.#begin()).keepKey(given.round, officers);
      case 'vote':
        return (await this.#begin()).vote(given.round, given.adopt, officers[0]!);
      case 'transcript':
        return (await this.#begin()).transcript(given.round);
      case 'state':
        return this.#state();
    }
  }

  #state(): PartyState {
    const [session] = this.#rounds?.list() ?? [];
    const failed = this.#events.find(({ cause }) => cause !== undefined);
    const meter = this.#meter.read();
    const fault = failed && `${failed.code}: ${failed.cause instanceof Error ? failed.cause.message : failed.cause}`;
    if (!session) return { meter, ...(fault !== undefined && { fault }) };
    const { board, state } = session;
    const me = board.begun ? board.parties.get(session.me) : undefined;
    return {
      meter,
      round: session.round,
      begun: board.begun,
      accepted: [...board.parties.values()].filter(({ accepted }) => accepted).length,
      agreed: board.begun && board.agreed,
      sums: board.sums.filter(({ opened }) => opened).length + board.exchanges.answered,
      asked: board.begun && board.active.length > 0 && [...board.parties.values()].every(({ model, out }) => model || out),
      voted: state.vote !== undefined,
      ...(this.#exposed !== undefined && { exposed: this.#exposed }),
      over: state.over === true,
      ...(board.ended && { ended: board.ended }),
      ...(me?.model && { model: me.model.model, metrics: me.model.metrics, rows: me.model.rows }),
      ...(state.forked && { fault: state.forked }),
      ...(fault !== undefined && { fault }),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#rounds?.close();
    await this.#boosting.close();
    await this.#averaging.close();
    await this.#threads.close();
    await this.#rowThreads.close();
    this.#belonging.close();
  }
}

const party = new Party(process.argv[2]!);
await party.open();
process.on('message', (asked: Asked) => {
  party.answer(asked).then(
    (value) => process.send!({ id: asked.id, value } satisfies Answered),
    (error: Error) => {
      const fault = error instanceof ProtocolFault ? error.code : error.name;
      process.send!({ id: asked.id, fault: `${fault}: ${error.message}` } satisfies Answered);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send!({ id: -1, value: 'open' } satisfies Answered);
setTimeout(() => undefined, yearMs).unref();
