// npm run bench:train: gradient-boosted trees against XGBoost's hist on the same million rows in the same run, in turn: seconds of binning and of
// training, AUC and log-loss on rows held out. Then what tuning does: many small trainings side by side. Without XGBoost, against the slow twin.

import { availableParallelism } from 'node:os';
import { Boosting, defaults } from '../decide/models/boosting/boosting.ts';
import { benchTable, measure } from '../decide/models/boosting/testing/tables.ts';
import { trainTwin } from '../decide/models/boosting/testing/twin.ts';
import { median, quick, report, say, temporaryFolder } from './bench.ts';
import { hasXgboost, type Peer, runXgboost, writeExamples } from './train-peer.ts';

const rows = quick ? 100_000 : 1_000_000;
const heldRows = quick ? 50_000 : 200_000;
const rounds = quick ? 7 : 3;
const trees = quick ? 50 : 100;
const threads = Math.min(2, availableParallelism());
const settings = { ...defaults, trees, seed: 7 };
const smallRows = 5000;
const smallTrees = 200;
const smallAtOnce = 8;
const smallRounds = 5;

async function seconds<T>(work: () => Promise<T>): Promise<[T, number]> {
  const beganMs = performance.now();
  const result = await work();
  return [result, (performance.now() - beganMs) / 1000];
}

say(`making ${rows} rows and ${heldRows} held out`);
const training = benchTable(rows, 7);
const held = benchTable(heldRows, 8);
const boosting = new Boosting({ threads });

async function ours() {
  const [table, binS] = await seconds(() => boosting.bin(training.features));
  const [{ trees: made }, trainS] = await seconds(() => boosting.train(table, training.labels, settings));
  const margins = await boosting.predictMargins(made, held.features);
  return { binS, trainS, table, trees: made, ...measure(margins, held.labels) };
}

say('warming up');
const small = benchTable(smallRows, 9);
const smallTable = await boosting.bin(small.features);
await boosting.train(smallTable, small.labels, { trees: 20 });

const mine: Awaited<ReturnType<typeof ours>>[] = [];
const peers: Peer[] = [];
const folder = temporaryFolder();
const compared = hasXgboost();
if (compared) writeExamples(folder.path, training, held);
else say('no XGBoost here (python3-xgboost of Debian): comparing with the slow twin');
for (let round = 1; round <= rounds; round += 1) {
  mine.push(await ours());
  const { binS, trainS } = mine.at(-1)!;
  say(`round ${round}: bins ${binS.toFixed(2)} s, training ${trainS.toFixed(2)} s`);
  if (!compared) continue;
  const params = { max_depth: settings.maxDepth, eta: settings.learningRate, seed: 7 };
  peers.push(await runXgboost(folder.path, training, held, { threads, trees, params }));
  say(`  XGBoost: bins ${peers.at(-1)!.binS.toFixed(2)} s, training ${peers.at(-1)!.trainS.toFixed(2)} s`);
}

const [, predictS] = await seconds(() => boosting.predictMargins(mine[0]!.trees, training.features));
const singles: number[] = [];
const together: number[] = [];
const one = () => boosting.train(smallTable, small.labels, { trees: smallTrees }, { threads: 1 });
for (let round = 0; round < smallRounds; round += 1) {
  singles.push((await seconds(one))[1]);
  together.push((await seconds(() => Promise.all(Array.from({ length: smallAtOnce }, one))))[1] / smallAtOnce);
}

const figures: { [name: string]: number } = {
  binS: median(mine.map(({ binS }) => binS)),
  trainS: median(mine.map(({ trainS }) => trainS)),
  auc: mine[0]!.auc,
  logLoss: mine[0]!.logLoss,
  predictMillionS: (predictS * 1e6) / rows,
  smallS: median(singles),
  smallOfManyS: median(together),
};
const ratios: { [name: string]: number } = {};
const lines = [
  `${rows} rows x 30, 256 bins, ${trees} trees of depth ${settings.maxDepth}, ${threads} threads, medians of ${rounds} rounds in turn:`,
  `  ours      bins ${figures.binS!.toFixed(2)} s   training ${figures.trainS!.toFixed(2)} s   AUC ${figures.auc!.toFixed(5)}   log-loss ${figures.logLoss!.toFixed(5)}`,
];

if (compared) {
  const { version, auc, logLoss } = peers[0]!;
  const peer = { binS: median(peers.map(({ binS }) => binS)), trainS: median(peers.map(({ trainS }) => trainS)) };
  Object.assign(figures, { peerBinS: peer.binS, peerTrainS: peer.trainS, peerAuc: auc, peerLogLoss: logLoss });
  const over = (of: (round: number) => number) => median(mine.map((_, round) => of(round)));
  ratios.bin = over((round) => mine[round]!.binS / peers[round]!.binS);
  ratios.train = over((round) => mine[round]!.trainS / peers[round]!.trainS);
  ratios.both = over((round) => (mine[round]!.binS + mine[round]!.trainS) / (peers[round]!.binS + peers[round]!.trainS));
  // Waiting for a neighbour on the machine costs XGBoost's threads far more than ours; the least times have the least of that.
  const least = (times: readonly number[]) => Math.min(...times);
  ratios.trainLeast = least(mine.map(({ trainS }) => trainS)) / least(peers.map(({ trainS }) => trainS));
  ratios.bothLeast = least(mine.map(({ binS, trainS }) => binS + trainS)) / least(peers.map(({ binS, trainS }) => binS + trainS));
  lines.push(
    `  XGBoost   bins ${peer.binS.toFixed(2)} s   training ${peer.trainS.toFixed(2)} s   AUC ${auc.toFixed(5)}   log-loss ${logLoss.toFixed(5)}   (${version}, hist)`,
    `  ours of XGBoost's time: bins ${ratios.bin.toFixed(2)}, training ${ratios.train.toFixed(2)}, both ${ratios.both.toFixed(2)}; of the least times training ${ratios.trainLeast.toFixed(2)}, both ${ratios.bothLeast.toFixed(2)}`,
  );
} else {
  const few = benchTable(20_000, 10);
  const table = await boosting.bin(few.features);
  const some = { ...settings, trees: 3 };
  const [, twinS] = await seconds(async () => trainTwin(table, few.labels, undefined, some));
  const [, fastS] = await seconds(() => boosting.train(table, few.labels, some, { threads: 1 }));
  ratios.ofTwin = fastS / twinS;
  lines.push(
    `  no XGBoost here; of the slow twin in plain TypeScript, on 20000 rows with one thread: ${ratios.ofTwin.toFixed(3)}`,
  );
}
lines.push(
  `  margins of a million rows: ${figures.predictMillionS!.toFixed(2)} s`,
  `  ${smallRows} rows x 30 x ${smallTrees} trees with one thread: ${figures.smallS!.toFixed(3)} s alone, ${figures.smallOfManyS!.toFixed(3)} s each of ${smallAtOnce} at once`,
);
report('train', figures, ratios, lines);
await boosting.close();
folder.remove();
