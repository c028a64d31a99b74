// Reads an exposition as OpenMetrics 1.0 has it, and throws at whatever the standard forbids: order, names, duplicate series, the end mark.

export type Series = { name: string; labels: { [name: string]: string }; value: number };
export type Family = { type: string; help: string; series: Series[] };

const suffixes: { readonly [type: string]: readonly string[] } = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['_info'],
  unknown: [''],
};
const samplePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (\d+(?:\.\d+)?))?$/;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;

export function parseOpenMetrics(text: string): Map<string, Family> {
  if (!text.endsWith('# EOF\n')) throw new Error('no "# EOF" at the end');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: { name: string; family: Family } | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, word, name, rest = ''] = /^# (HELP|TYPE|UNIT) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (word !== undefined && name !== undefined) {
      if (current?.name !== name) {
        if (families.has(name)) throw new Error(`${name}: a family in two places`);
        current = { name, family: { type: 'unknown', help: '', series: [] } };
        families.set(name, current.family);
      }
      if (current.family.series.length > 0) throw new Error(`${name}: ${word} after a sample`);
      if (word === 'TYPE') {
        if (!(rest in suffixes)) throw new Error(`${name}: a type ${rest}`);
        current.family.type = rest;
      } else if (word === 'HELP') current.family.help = rest;
      continue;
    }
    const [, sample, labels = '', value] = samplePattern.exec(line) ?? [];
    if (sample === undefined || value === undefined || !current) throw new Error(`no sample: ${line}`);
    const { family } = current;
    if (!suffixes[family.type]!.some((suffix) => sample === `${current!.name}${suffix}`))
      throw new Error(`${sample}: no sample of a ${family.type} ${current.name}`);
    const key = `${sample}{${labels}}`;
    if (seen.has(key)) throw new Error(`${key}: twice`);
    seen.add(key);
    family.series.push({ name: sample, labels: labelsOf(labels), value: numberOf(value) });
  }
  for (const [name, family] of families) checkBuckets(name, family);
  return families;
}

function labelsOf(text: string): { [name: string]: string } {
  const labels: { [name: string]: string } = {};
  for (labelPattern.lastIndex = 0; labelPattern.lastIndex < text.length; ) {
    const [, name, value] = labelPattern.exec(text) ?? [];
    if (name === undefined || value === undefined || name in labels) throw new Error(`labels: ${text}`);
    labels[name] = value;
  }
  return labels;
}

function numberOf(text: string): number {
  const value = { '+Inf': Infinity, '-Inf': -Infinity, NaN }[text] ?? Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`a value ${text}`);
  return value;
}

/** Bounds as floats, growing counts, and all of it under +Inf. */
function checkBuckets(name: string, { type, series }: Family): void {
  if (type === 'counter' && series.some(({ value }) => value < 0)) throw new Error(`${name}: a negative counter`);
  if (type !== 'histogram') return;
  const groups = Map.groupBy(
    series.filter((one) => one.name.endsWith('_bucket')),
    ({ labels: { le: _le, ...labels } }) => JSON.stringify(labels),
  );
  for (const buckets of groups.values()) {
    const bounds = buckets.map(({ labels }) => labels.le!);
    if (bounds.at(-1) !== '+Inf' || bounds.some((bound) => !/[.+]/.test(bound))) throw new Error(`${name}: bounds ${bounds}`);
    if (buckets.some(({ value }, at) => at > 0 && value < buckets[at - 1]!.value)) throw new Error(`${name}: counts shrink`);
  }
}

/** Each series that there is, without its value. */
export const seriesIn = (families: ReadonlyMap<string, Family>): Set<string> =>
  new Set([...families.values()].flatMap(({ series }) => series.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)));
