// docs/features.md, written from the catalogue of features: what each is, what it is when nothing is known, in both languages. `--write` writes
// it; the tidy check compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activityDays, type Feature, featureGroups, features } from '../appliance/decide/features/features.ts';
import { projectRoot } from './files.ts';

export const featureDocsPath = 'docs/features.md';

const kinds = {
  number: { en: 'number', zh: '数值' },
  time: { en: 'time', zh: '时间' },
  category: { en: 'category', zh: '类别' },
} as const;

export function featureDocs(all: readonly Feature[]): string {
  const sections = Object.entries(featureGroups).flatMap(([group, label]) => {
    const own = all.filter((feature) => feature.group === group);
    if (own.length === 0) return [];
    return [
      '',
      `## ${label.en} · ${label.zh}`,
      '',
      '| feature | what it is · 含义 | kind · 类型 | missing when · 缺失条件 |',
      '| --- | --- | --- | --- |',
      ...own.map(
        ({ name, label: words, kind, missing }) =>
          `| \`${name}\` | ${words.en}<br>${words.zh} | ${kinds[kind].en} · ${kinds[kind].zh} | ${missing ? `${missing.en}<br>${missing.zh}` : ''} |`,
      ),
    ];
  });
  return `${[...intro, ...sections].join('\n')}\n`;
}

const intro = [
  '# Features · 客户特征',
  '',
  'What models, segments and exports see of a customer: one row each, a column for each feature. This page is written by `npm run docs:features` from',
  '`appliance/decide/features/catalogue.ts`; change it there. Each trait that `computedTraits` of holdfast.json declares is a feature too, `computed_NAME`.',
  '',
  '- **As new as the last event.** The matrix follows the record: what an event changes is read anew some 25 ms after its answer. Windows (`orders_30d`) let go of',
  '  what happened at the very moment it is too old; nobody polls.',
  '- **As of any moment.** A training row sees what had happened by its cut-off and nothing else: the events until then are folded anew, so that a trait told later, a',
  '  cancellation, a closed account are not there. "Had happened" goes by the time of occurrence, since files bring years of history in a day; what was told late of an',
  '  earlier time is seen. Who is one person is as known today.',
  '- **Kept sealed.** The matrix lies in memory while the node is open, and as sealed parts in the database, written every quarter of an hour and at the end, so that a start reads',
  '  anew only whom something concerns since. It is made from the record and made again from it: an erasure throws the parts away.',
  '- **Nobody is shown.** What goes out is counts, or rows under pseudonyms: `holdfast columns`, `GET /api/features/summary`,',
  '  `GET /api/features/rows`, each for a purpose that the consent gate is asked for.',
  '- **Amounts** are in the node’s one currency; cancelled orders count nowhere. **Actions** are what customers do themselves: messages that reach them, deliveries, refunds and',
  '  answers of the desk are none. Of each kind of event the latest 100 times of a record are kept, so a window counts up to 100 of one kind and record.',
  `- **By day.** \`activity_day_0\` to \`activity_day_${activityDays - 1}\` say how much was done on each of the last ${activityDays} days (UTC), today first.`,
];

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(join(projectRoot, featureDocsPath), featureDocs(features));
  console.log(`${featureDocsPath}: ${features.length} features`);
}
