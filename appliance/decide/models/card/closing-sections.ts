// The end of the card: what the model is made of, and what it must not be used for.

import type { Member } from '../training/report.ts';
import { both, type Html, html, nothing } from './markup.ts';
import { count, digits, percent, plain } from './numbers.ts';
import { facts, group, section } from './parts.ts';
import { clipped, type Subject } from './subject.ts';
import { say, type Word } from './words.ts';

export const memberLimits = { members: 50, settings: 40 } as const;

export function membersSection({ report }: Subject): Html {
  const { model, columns, settings, split } = report;
  const lead = say('members-lead', {
    members: count(model.members.length),
    features: count(model.features),
    columns: count(columns.used.length),
  });
  const members = model.members.slice(0, memberLimits.members).map(memberOf);
  const training = html`<article class="member"><h3>${both(say('training'))}</h3>${facts([
    [say('tries'), html`${count(settings.tries)}`],
    [say('inner-folds'), html`${count(settings.innerFolds)}`],
    [say('adjusted-by'), both(say(`calibrated-${model.calibration}`))],
    [say('seed'), html`${digits(settings.seed)}`],
    [say('split-seed'), html`${digits(split.seed)}`],
  ])}</article>`;
  return section('members', lead, group('members', ...members, training));
}

/** Names of settings are the libraries' own, so they stay as they are. */
function memberOf({ kind, weight, settings, trees }: Member): Html {
  const rows = Object.entries(settings)
    .slice(0, memberLimits.settings)
    .map(
      ([name, value]) =>
        html`<div><dt><code>${clipped(name)}</code></dt><dd>${typeof value === 'string' ? clipped(value) : plain(value)}</dd></div>`,
    );
  return html`<article class="member"><h3>${both(say(`member-${kind}`))}</h3>
${facts([
  [say('weight'), html`${percent(weight, 0)}`],
  ...(trees === undefined ? [] : [[say('trees'), html`${count(trees)}`] as const]),
])}
${rows.length > 0 ? html`<dl class="facts settings">${rows}</dl>` : nothing}</article>`;
}

export function limitsSection({ report }: Subject): Html {
  const ways = { stratified: 'limit-random', given: 'limit-given', time: 'limit-time' } as const;
  return section(
    'limits',
    undefined,
    group(
      'limits',
      points('meant-for', 'yes', ['use-rank', 'use-plan', 'use-test']),
      points('not-for', 'no', ['ban-decide', 'ban-price', 'ban-cause', 'ban-others', 'ban-purpose']),
      points('know', 'know', [ways[report.split.kind], 'limit-again']),
    ),
  );
}

const points = (heading: Word, kind: string, all: readonly Word[]): Html =>
  html`<div class="${kind}"><h3>${both(say(heading))}</h3><ul>${all.map((word) => html`<li>${both(say(word))}</li>`)}</ul></div>`;
