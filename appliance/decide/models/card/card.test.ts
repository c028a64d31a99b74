// The card is whole, the same bytes for the same report, in both languages, and never takes a name or a value for markup.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Report } from '../training/report.ts';
import { cardOf } from './card.ts';
import { thinned, ticksOf } from './charts.ts';
import { escaped } from './markup.ts';
import { sectionIds } from './parts.ts';
import { styleSheet } from './style.ts';
import { checkPage } from './testing-html.ts';
import { bareReport, crowdedReport, telcoReport, telcoTitles, withHoles } from './testing-report.ts';
import { say, words } from './words.ts';

const usual = telcoReport();
const titled = { title: { en: 'Who leaves', zh: '谁会流失' }, titles: telcoTitles };

describe('the card as a file', () => {
  test('is the same bytes for the same report, whatever was drawn before', () => {
    const first = cardOf(usual, { ...titled, language: 'en' });
    cardOf(crowdedReport(), { language: 'zh' });
    assert.ok(cardOf(telcoReport(), { ...titled, language: 'en' }) === first, 'not the same bytes');
    assert.ok(first.length < 200_000, `${first.length} characters`);
  });

  test('is whole, has every section, and asks nothing of anywhere', () => {
    for (const language of ['en', 'zh'] as const) {
      const page = cardOf(usual, { ...titled, language });
      const elements = checkPage(page);
      for (const id of sectionIds)
        assert.ok(elements.some(({ name, attributes }) => name === 'section' && attributes.get('id') === id));
      const [chosen, ...others] = elements.filter(({ attributes }) => attributes.has('checked'));
      assert.deepEqual([chosen?.attributes.get('id'), others.length], [`in-${language}`, 0]);
      assert.ok(page.includes(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`));
    }
  });

  test('says everything in both languages', () => {
    const elements = checkPage(cardOf(usual, { ...titled, language: 'en' }));
    const spans = elements.filter(({ name, attributes }) => name === 'span' && attributes.has('lang'));
    const inLanguage = (lang: string) => spans.filter(({ attributes }) => attributes.get('lang') === lang).length;
    assert.equal(inLanguage('en'), inLanguage('zh-CN'));
    assert.ok(inLanguage('en') > 150);
  });
});

describe('reports that are nothing like a usual one', () => {
  const reports: { readonly [name: string]: () => Report } = {
    'nothing of what may be absent': bareReport,
    'two hundred columns with endless names': crowdedReport,
    'every number null': () => withHoles(usual, null),
    'every number NaN': () => withHoles(usual, Number.NaN),
    'every number infinite': () => withHoles(usual, Number.POSITIVE_INFINITY),
    'every number zero': () => withHoles(usual, 0),
    'every number negative': () => withHoles(usual, -1e300),
  };
  for (const [name, report] of Object.entries(reports))
    test(name, () => {
      for (const language of ['en', 'zh'] as const) checkPage(cardOf(report(), { language }));
    });

  test('what is not there is a dash, and no folds are said', () => {
    const page = cardOf(withHoles(usual, null), { language: 'en' });
    assert.ok(page.includes(escaped(say('headline-unknown').en)));
    assert.ok(page.includes(escaped(say('warn-no-folds').zh)));
    assert.ok(page.includes('<td class="number">–</td>'));
  });
});

/** A report in which every text comes from somebody who means harm. */
function hostile(report: Report, text: string): Report {
  const fixed = new Set(['kind', 'reason', 'calibration', 'format']);
  const poisoned = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : text;
    if (Array.isArray(value)) return value.map((inner) => poisoned(inner, key));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([name, inner]) => [
      key === 'settings' && !('seed' in value) ? text : name,
      poisoned(inner, name),
    ]);
    return Object.fromEntries(entries);
  };
  return poisoned(report, '') as Report;
}

describe('what comes from data stays text', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '</style><script>alert(1)</script>',
    '</title><script>alert(1)</script>',
    '<!-- --!> <!doctype html>',
    '&lt;script&gt; &#x3c;',
    `\`\${1}\` {answer} {column} $& $1`,
    '\u0000\u001b[31m\ud800 \u202ereversed',
  ];
  for (const attack of attacks)
    test(JSON.stringify(attack), () => {
      const report = hostile(usual, attack);
      const honest = checkPage(cardOf(usual, { language: 'en' }));
      const title = { en: attack, zh: attack };
      const page = cardOf(report, { language: 'en', title, titles: new Map([[attack, title]]) });
      const names = (elements: readonly { name: string }[]) => [...new Set(elements.map(({ name }) => name))].sort();
      assert.deepEqual(names(checkPage(page)), names(honest));
      assert.ok(page.includes(escaped(attack)));
    });

  test('both in a column name, a value and the label', () => {
    const report = hostile(usual, attacks[0]!);
    assert.deepEqual(
      [report.columns.used[0], report.examples[0]!.reasons[0]!.value, report.data.label.positive],
      [attacks[0], attacks[0], attacks[0]],
    );
    assert.doesNotMatch(cardOf(report, { language: 'zh' }), /<script/i);
  });
});

describe('the words', () => {
  test('every one is there in both languages, with the same figures in it', () => {
    for (const [key, { en, zh }] of Object.entries(words)) {
      assert.ok(en.trim() && zh.trim(), key);
      const named = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
      assert.deepEqual(named(en), named(zh), key);
      assert.doesNotMatch(en, /\p{Script=Han}/u, key);
      const onlyFigures = zh.replace(/\{\w+\}/g, '').replace(/ROC AUC|F1|[\s“”（）]/g, '') === '';
      assert.ok(onlyFigures || /\p{Script=Han}/u.test(zh), `${key} is not in Chinese`);
    }
  });

  test('every one is used', () => {
    const sources = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.ts') && !/words|test/.test(name))
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
      .join('\n');
    const families = [...sources.matchAll(/`([a-z]+-)\$\{/g)].map(([, start]) => start!);
    for (const key of Object.keys(words)) {
      const used = sources.includes(`'${key}'`) || families.some((start) => key.startsWith(start));
      assert.ok(used || (sectionIds as readonly string[]).includes(key), `${key} is said nowhere`);
    }
  });

  test('a value that looks like a place for another is left alone', () => {
    assert.equal(say('reason-value', { column: '{value}', value: '{column}' }).en, '{value} ({column})');
  });
});

test('words stand out from their ground in light and in dark', () => {
  const themes = [...styleSheet.matchAll(/:root\{([^}]*)\}/g)].map(([, body]) => body!);
  assert.equal(themes.length, 3);
  for (const theme of themes) {
    const color = (name: string) => new RegExp(`--${name}:(#[0-9a-f]+)`).exec(theme)![1]!;
    const pairs = [
      ...['ink', 'text', 'muted', 'accent'].map((name) => [name, 'paper']),
      ...['ink', 'text', 'muted'].flatMap((name) => [
        [name, 'sunken'],
        [name, 'tint'],
      ]),
      ...['good', 'fair', 'weak'].map((name) => [name, `${name}-tint`]),
    ] as [string, string][];
    for (const [ink, ground] of pairs) {
      const ratio = contrast(color(ink), color(ground));
      assert.ok(ratio >= 4.5, `${ink} on ${ground} is ${ratio.toFixed(2)}`);
    }
    for (const name of ['accent', 'reference']) assert.ok(contrast(color(name), color('paper')) >= 2.4, name);
  }
});

/** WCAG 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const full = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g)!;
    const [r, g, b] = full.map((part) => {
      const value = Number.parseInt(part, 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('curves and ticks', () => {
  test('a curve of a million points keeps its ends and its order', () => {
    const few = thinned(Array.from({ length: 1_000_000 }, (_, at) => at));
    assert.deepEqual([few.length, few[0], few.at(-1)], [160, 0, 999_999]);
    assert.deepEqual(
      [...few].sort((a, b) => a - b),
      few,
    );
    assert.deepEqual(thinned([3, 1, 2]), [3, 1, 2]);
  });
  test('ticks are round and inside', () => {
    assert.deepEqual(ticksOf(18.25, 118.95), [20, 40, 60, 80, 100]);
    assert.deepEqual(ticksOf(0, 1), [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]);
    assert.deepEqual(ticksOf(-5, 1000), [0, 200, 400, 600, 800, 1000]);
  });
});
