// A part of the seeds of `npm run seeds`: whole rounds over faults of every kind, one seed after the other, or lies told in them. What fails is said and
// counted, and the next seed follows; what is printed last is the tally of all.

import { faulty } from '../world.ts';
import { coordinatorLies } from './coordinator-lies.ts';
import { toldTo } from './lying.ts';
import { memberLies } from './member-lies.ts';
import { honestRound } from './stories.ts';
import { added, inWords, type Tally, tallyOf } from './tally.ts';

/** Seeds between two lines that tell how far it is. */
const tellEvery = 500;

const [first, count, lying] = process.argv.slice(2).map(Number) as [number, number, number];
const lies = [...coordinatorLies, ...memberLies];

async function story(seed: number): Promise<Tally> {
  if (lying !== 1) return tallyOf(await honestRound(seed, faulty));
  const lie = lies[seed % lies.length]!;
  const { world } = await toldTo(lie, seed);
  return { rounds: 1, [lie.found ? 'lies that were named' : 'lies that cannot be told from the truth']: 1, steps: world.steps };
}

let tally: Tally = { rounds: 0, failures: 0 };
const failed: number[] = [];
for (let seed = first; seed < first + count; seed += 1) {
  try {
    tally = added(tally, await story(seed));
  } catch (error) {
    failed.push(seed);
    tally = added(tally, { rounds: 1, failures: 1 });
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  }
  if ((seed - first + 1) % tellEvery === 0) process.stderr.write(`${seed - first + 1} of ${count}: ${inWords(tally)}\n`);
}
process.stdout.write(`${JSON.stringify({ tally, failed })}\n`);
