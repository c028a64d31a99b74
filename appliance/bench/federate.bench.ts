// npm run bench:federate: five organisations train boosted trees together, as processes of their own over TLS with a custodian and a coordinator
// (federate/rehearsal): AUC and bytes of the model against the pooled table, time against pooled training, and what of time and bytes is
// cryptography. The telco churn set where HOLDFAST_DATA names its folder; seeded rows with --quick or without it. `--rounds N`.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rehearsed, rehearse } from '../federate/rehearsal/rehearse.ts';
import { splitFile } from '../federate/rehearsal/split.ts';
import type { TreesTerms } from '../federate/rounds/learn-round.ts';
import { seeded } from '../sample/random.ts';
import { median, quick, report, say, temporaryFolder } from './bench.ts';

const parties = 5;
const given = process.argv.indexOf('--rounds');
const rounds = given < 0 ? (quick ? 1 : 3) : Number(process.argv[given + 1]);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds: expected a whole number from 1');
const depth = quick ? 3 : 4;
const trees = quick ? 4 : 30;
const learn: TreesTerms = {
  ...{ kind: 'trees', trees, learningRate: 0.2, growth: 'depth', maxDepth: depth, maxLeaves: 2 ** depth },
  ...{ minChildHessian: 1, lambda: 1, alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 32, leastCount: 20 },
};

type Data = { readonly name: string; readonly file: string; readonly label: string; readonly positive: string };

function dataOf(folder: string): Data {
  const telco = process.env.HOLDFAST_DATA && join(process.env.HOLDFAST_DATA, 'telco', 'Telco-Customer-Churn.csv');
  if (!quick && telco && existsSync(telco)) return { name: 'telco churn', file: telco, label: 'Churn', positive: 'Yes' };
  if (!quick) say('HOLDFAST_DATA names no folder with the telco set: seeded rows take its place');
  const file = join(folder, 'rows.csv');
  const rng = seeded(1, 'federate');
  const lines = Array.from({ length: quick ? 2000 : 7000 }, () => {
    const numbers = Array.from({ length: 6 }, () => rng.normal());
    const plan = ['basic', 'plus', 'all'][rng.below(3)]!;
    const left = rng.chance(1 / (1 + Math.exp(-(numbers[0]! - numbers[1]! * numbers[2]! + Number(plan === 'basic')))));
    return [...numbers.map((value) => value.toFixed(3)), plan, left ? 'yes' : 'no'].join(',');
  });
  writeFileSync(file, `a,b,c,d,e,f,plan,left\n${lines.join('\n')}\n`);
  return { name: 'seeded rows', file, label: 'left', positive: 'yes' };
}

async function round(seed: number, { file, label, positive }: Data): Promise<Rehearsed> {
  const rng = seeded(seed, 'deal');
  const chance = () => rng.unit();
  const { schema, parts } = await splitFile(file, { label, positive, parties, chance });
  const how = { against: 'malicious', agreement: 'x-wing', kill: 0 } as const;
  const done = await rehearse({ parts, schema, learn, chance, lose: 0, patienceMs: 600_000, ...how });
  if (!done.identicalToPooled) throw new Error('the model is not the one that the pooled table gives');
  return done;
}

const folder = temporaryFolder();
const data = dataOf(folder.path);
const rows: Rehearsed[] = [];
for (let at = 0; at < rounds; at += 1) {
  say(`round ${at + 1} of ${rounds}`);
  rows.push(await round(at + 1, data));
}
folder.remove();

const medianOf = (of: (row: Rehearsed) => number) => median(rows.map(of));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const s = (phase: string) => medianOf(({ seconds }) => seconds[phase]!);
/** Of an organisation and of the custodian: what stands between asking for a sum and having it. */
const cryptographyS = ({ seconds }: Rehearsed) =>
  seconds.encrypting! + seconds.masking! + seconds.sharing! + seconds.sealing! + seconds.cryptographyOfCustodian!;
const sentBytes = ({ bytes }: Rehearsed) => mean(bytes.sentByParty);
const figures = {
  organisations: parties,
  rows: rows[0]!.rows.training,
  sums: rows[0]!.sums,
  aucFederated: medianOf(({ auc }) => auc.federated),
  aucPooled: medianOf(({ auc }) => auc.pooled),
  aucAloneMean: medianOf(({ auc }) => mean(auc.alone)),
  trainingS: s('training'),
  pooledTrainingS: s('pooledTraining'),
  msPerSum: 1000 * medianOf(({ seconds, sums }) => seconds.training! / sums),
  encryptingS: s('encrypting'),
  maskingS: s('masking'),
  sharingS: s('sharing'),
  sealingS: s('sealing'),
  custodianS: s('cryptographyOfCustodian'),
  sentMB: medianOf(sentBytes) / 1e6,
  receivedMB: medianOf(({ bytes }) => mean(bytes.receivedByParty)) / 1e6,
  ciphertextsMB: medianOf(({ bytes }) => bytes.sent.ciphertexts) / 1e6,
  keysAndSharesMB: medianOf(({ bytes }) => bytes.sent.keys + bytes.sent.shares) / 1e6,
};
const ratios = {
  aucToPooled: figures.aucFederated / figures.aucPooled,
  trainingToPooled: medianOf(({ seconds }) => seconds.training! / seconds.pooledTraining!),
  cryptographyOfTime: medianOf((row) => cryptographyS(row) / row.seconds.training!),
  cryptographyOfBytes: medianOf((row) => row.bytes.sentForCryptography / sentBytes(row)),
};
const fixed = (value: number, digits = 1) => value.toFixed(digits);
const percent = (value: number) => `${fixed(100 * value, 0)}%`;
report('federate', figures, ratios, [
  `${data.name}, ${figures.rows} rows to learn from at ${parties} organisations, ${trees} trees of depth ${depth}, ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}:`,
  `  the model is byte for byte that of the pooled table; AUC ${fixed(figures.aucFederated, 4)}, pooled ${fixed(figures.aucPooled, 4)}, alone ${fixed(figures.aucAloneMean, 4)} on average`,
  `  ${figures.sums} sums in ${fixed(figures.trainingS)} s, ${fixed(figures.msPerSum, 0)} ms each; pooled training ${fixed(figures.pooledTrainingS, 2)} s: ${fixed(ratios.trainingToPooled, 0)} times that`,
  `  cryptography takes ${percent(ratios.cryptographyOfTime)} of that time: of an organisation encrypting ${fixed(figures.encryptingS)} s, masking ${fixed(figures.maskingS)} s, shares ${fixed(figures.sharingS)} s, sealing ${fixed(figures.sealingS)} s; of the custodian ${fixed(figures.custodianS)} s`,
  `  an organisation sends ${fixed(figures.sentMB)} MB and receives ${fixed(figures.receivedMB)} MB: ciphertexts ${fixed(figures.ciphertextsMB)} MB, keys and shares ${fixed(figures.keysAndSharesMB)} MB; ${percent(ratios.cryptographyOfBytes)} of what is sent is there to hide the rest`,
]);
