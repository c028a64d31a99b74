// How the recorder works where several nodes write into one store: a group has a turn, under locks on the records that its events
// are of. What it reads is as it stands then, and everything it folds (events, states, the timeline's and the messages' index) is written in
// the turn's one transaction. So nothing is written behind, nothing in memory outlives the turn, and a turn that fails has done nothing.

import { Fault } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/event.ts';
import type { Change, Cluster, Row, Turn } from '../../core/store/store.ts';
import type { Held } from './cache.ts';
import { prepareGroup, recordsNamed } from './group.ts';
import type { Memory } from './memory.ts';
import { messagesTable } from './migrations.ts';
import type { Waiting } from './recorder.ts';
import { rows, timelineTable } from './store.ts';

/** Turns tried when another node came between: a message sent to two nodes at once, a record that both make, a deadlock. */
const turnTries = 8;

export class Turns {
  readonly #memory: Memory;
  readonly #cluster: Cluster;
  readonly #settings: () => number | undefined;

  /** @param settings the version of the lead's settings that this node has loaded; undefined for the lead, who makes them */
  constructor(memory: Memory, cluster: Cluster, settings: () => number | undefined) {
    this.#memory = memory;
    this.#cluster = cluster;
    this.#settings = settings;
  }

  /** Records a group and answers everybody in it. */
  async record(submissions: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#tried(submissions);
      submissions.forEach((waiting, at) => {
        waiting.resolve(outcomes[at]!);
      });
    } catch (fault) {
      for (const waiting of submissions) waiting.reject(fault);
    }
  }

  /** Runs work while no node records. @param write stores what it left to be written */
  async alone(work: () => Promise<void>, write: () => Promise<void>): Promise<void> {
    await this.#cluster.exclusively(async () => {
      this.#memory.fresh();
      try {
        if (!this.#memory.sound) await this.#recover(write);
        await work();
        if (this.#memory.sound) await write();
      } finally {
        this.#memory.fresh();
      }
    });
  }

  /** What a node that had the store alone left unwritten; of several, none leaves anything. */
  async #recover(write: () => Promise<void>): Promise<void> {
    await this.#memory.recover();
    await write();
    this.#memory.fresh();
  }

  async #tried(submissions: readonly Waiting[]): Promise<Outcome[][]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#turn(submissions);
      } catch (fault) {
        if (!(fault instanceof Fault && fault.code === 'conflict')) throw fault;
        // Nothing is wrong with the events: whoever sent them is to try again, and not to give up.
        if (tries >= turnTries) throw new Fault('too_busy', 'other nodes, at the same records', { retryAfterS: 1 });
      } finally {
        this.#memory.fresh();
      }
    }
  }

  async #turn(submissions: readonly Waiting[]): Promise<Outcome[][]> {
    const memory = this.#memory;
    memory.fresh();
    let tell: () => void = () => undefined;
    const outcomes = await this.#cluster.turn(recordsNamed(memory, submissions), async (turn) => {
      this.#check(turn);
      const group = await prepareGroup(memory, submissions, async () => {
        await turn.identities();
        await memory.refreshPersons();
      });
      const { messages, timeline, states } = this.#folded();
      await turn.write([...group.changes, ...states, timeline, messages], group.changed);
      tell = group.tell;
      return group.outcomes;
    });
    memory.committedSeq = Math.max(memory.committedSeq, memory.nextSeq);
    tell();
    return outcomes;
  }

  #check(turn: Turn): void {
    if (!turn.prepared) throw new Fault('too_busy', 'the lead is preparing the record', { retryAfterS: 1 });
    const loaded = this.#settings();
    if (loaded !== undefined && loaded !== turn.settings)
      throw new Fault('too_busy', 'settings that have just changed', { retryAfterS: 1 });
  }

  /** Everything that the group folded. A message that another node recorded meanwhile makes the insert, and so the turn, fail. */
  #folded(): { messages: Change; timeline: Change; states: readonly Change[] } {
    const { cache, messages } = this.#memory;
    // Those that are stale only, by older rules, were read for their neighbours and are not locked.
    const folded = cache.oldestDirty(Number.POSITIVE_INFINITY).filter(({ unindexed }) => unindexed.length > 0);
    const { keys } = messages.due(0, { messagesBehind: 0, messagesPerWrite: Number.POSITIVE_INFINITY }, true);
    return {
      states: this.#memory.statesChanges(folded),
      timeline: { op: 'insert', table: timelineTable, rows: folded.flatMap(timelineRowsOf), onConflict: 'ignore' },
      messages: { op: 'insert', table: messagesTable, rows: keys.map((key) => ({ message_key: key })) },
    };
  }
}

export function timelineRowsOf({ recordId, unindexed }: Held): Row[] {
  const found: Row[] = [];
  for (let at = 0; at < unindexed.length; at += 2) found.push(rows.timeline(recordId, unindexed[at]!, unindexed[at + 1]!));
  return found;
}
