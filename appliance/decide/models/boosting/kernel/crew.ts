// How threads share a phase: the leading thread writes tasks, everybody claims the next one until none is left. Helpers may come late or
// never; what they do not take the leader does. So two trainings on one small pool never wait for each other.

import { histogram } from './histogram';
import {
  binsAt,
  doneAt,
  epochAt,
  phaseApply,
  phaseAt,
  phaseGradients,
  phaseHistogram,
  phaseLoss,
  phasePartition,
  phaseQuantise,
  phaseScan,
  phaseScatter,
  phaseTurn,
  phaseWalk,
  stopAt,
  taskBytes,
  tasksAt,
  ticketAt,
} from './layout';
import { apply, gradients, lossOf, partition, quantise, scatter, turn, walk } from './rows';
import { scanPair } from './scan';

/** Looks at a word so often before it sleeps on it: some microseconds, as long as the leader needs between two phases. */
const looks: i32 = 4000;
const ns: i64 = 1_000_000;

function run(phase: u32, number: usize, thread: usize): void {
  const task = <usize>load<u32>(tasksAt) + number * taskBytes;
  if (phase === phaseHistogram) histogram(task, <usize>load<u32>(binsAt), thread);
  else if (phase === phaseScan) scanPair(task);
  else if (phase === phasePartition) partition(task);
  else if (phase === phaseScatter) scatter(task);
  else if (phase === phaseApply) apply(task);
  else if (phase === phaseGradients) gradients(number);
  else if (phase === phaseQuantise) quantise(number);
  else if (phase === phaseWalk) walk(task);
  else if (phase === phaseLoss) lossOf(task);
  else if (phase === phaseTurn) turn(number);
}

/** Claims tasks of the phase under way until there is none. The ticket holds phase and count, so that a late claim of an old phase fails. */
function work(thread: usize): void {
  for (;;) {
    const ticket = atomic.load<i64>(ticketAt);
    const next = ticket & 0x1fffff;
    const total = (ticket >> 21) & 0x1fffff;
    if (next >= total) return;
    const phase = load<u32>(phaseAt);
    if (atomic.cmpxchg<i64>(ticketAt, ticket, ticket + 1) !== ticket) continue;
    run(phase, <usize>next, thread);
    if (atomic.add<i32>(doneAt, 1) + 1 === <i32>total) atomic.notify(doneAt, 1);
  }
}

/** Runs one phase of `total` tasks, with whoever helps. @param alone nobody does: no atomic operation is needed */
export function lead(phase: u32, total: u32, alone: bool): void {
  store<u32>(phaseAt, phase);
  if (alone) {
    for (let number: u32 = 0; number < total; number++) run(phase, <usize>number, 0);
    return;
  }
  atomic.store<i32>(doneAt, 0);
  const epoch = atomic.add<i32>(epochAt, 1) + 1;
  atomic.store<i64>(ticketAt, ((<i64>(epoch & 0x3fffff)) << 42) | ((<i64>total) << 21));
  atomic.notify(epochAt, -1);
  work(0);
  for (let look = 0; look < looks; look++) if (atomic.load<i32>(doneAt) === <i32>total) return;
  for (;;) {
    const done = atomic.load<i32>(doneAt);
    if (done === <i32>total || atomic.load<i32>(stopAt) !== 0) return;
    atomic.wait<i32>(doneAt, done, ns);
  }
}

/** Helps until the leader says stop. @param thread from 1, its own */
export function help(thread: usize): void {
  while (atomic.load<i32>(stopAt) === 0) {
    const epoch = atomic.load<i32>(epochAt);
    work(thread);
    let look = 0;
    while (look < looks && atomic.load<i32>(epochAt) === epoch) look++;
    if (look === looks && atomic.load<i32>(stopAt) === 0) atomic.wait<i32>(epochAt, epoch, 50 * ns);
  }
}

/** Sends helpers home. */
export function stop(): void {
  atomic.store<i32>(stopAt, 1);
  atomic.add<i32>(epochAt, 1);
  atomic.notify(epochAt, -1);
  atomic.notify(doneAt, -1);
}
