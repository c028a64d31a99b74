// The package as a page that people read and print: self-contained, without scripts and without anything from elsewhere. Whatever a slice
// gives out is shown, lists of alike things as tables, so that a new slice needs nothing here.

import type { Words } from '../../core/errors.ts';
import type { Package } from './package.ts';

type Language = 'zh' | 'en';

const titles: { readonly [name: string]: Words } = {
  title: { en: 'Your personal data', zh: '您的个人信息' },
  made: { en: 'Made on', zh: '生成时间' },
  person: { en: 'File number', zh: '档案编号' },
  controller: { en: 'Controller', zh: '个人信息处理者' },
  law: { en: 'Law', zh: '适用法律' },
  notice: { en: 'Privacy notice', zh: '隐私政策' },
  purposes: { en: 'What it is used for', zh: '处理目的与依据' },
  purpose: { en: 'Purpose', zh: '目的' },
  basis: { en: 'Legal basis', zh: '合法性基础' },
  article: { en: 'Article', zh: '条款' },
  record: { en: 'Profile and history', zh: '档案与历史' },
  consents: { en: 'Consents', zh: '同意记录' },
  quarantine: { en: 'Messages that could not be read yet', zh: '待核对的数据' },
  audit: { en: 'Who looked, and what for', zh: '访问记录' },
  requests: { en: 'Your requests', zh: '您的请求' },
  profile: { en: 'Profile', zh: '档案' },
  events: { en: 'History', zh: '历史事件' },
  traits: { en: 'Facts', zh: '属性' },
  computed: { en: 'Computed facts', zh: '计算属性' },
  identifiers: { en: 'Identifiers', zh: '标识符' },
  orders: { en: 'Orders', zh: '订单' },
  returns: { en: 'Returns', zh: '退货' },
  cart: { en: 'Cart', zh: '购物车' },
  tickets: { en: 'Service cases', zh: '服务工单' },
  messages: { en: 'Messages', zh: '消息' },
  browsing: { en: 'Browsing', zh: '浏览' },
  totals: { en: 'Totals', zh: '合计' },
  households: { en: 'Household', zh: '家庭' },
  records: { en: 'Records', zh: '记录' },
  whyTheseRecordsAreOne: { en: 'Why these records are one person', zh: '为何视为同一人' },
};

const style = `
  body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1a1a }
  h1 { font-size: 1.7rem } h2 { margin-top: 2.2rem; border-bottom: 2px solid #1a1a1a } h3 { margin: 1.4rem 0 .4rem } h4 { margin: 1rem 0 .3rem }
  table { border-collapse: collapse; width: 100%; margin: .3rem 0 1rem; table-layout: auto }
  th, td { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap:break-word }
  th { background: #f1f1f1; font-weight: 600 }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem } dt { color: #555 } dd { margin: 0; overflow-wrap:break-word }
  @page { size: A4; margin: 18mm 15mm }
  @media print {
    body { font-size: 9.5pt; margin: 0; max-width: none; padding: 0 }
    h2, h3, h4 { break-after: avoid } tr { break-inside: avoid } thead { display: table-header-group } h2 { break-before: auto }
    a { color: inherit; text-decoration: none }
  }`;

export function packagePage(given: Package, language: Language): string {
  const say = (words: Words) => htmlText(words[language]);
  const word = (name: string) => (Object.hasOwn(titles, name) ? say(titles[name]!) : htmlText(name));
  const facts: [string, string][] = [
    ['person', htmlText(given.person)],
    ['made', htmlText(timeText(given.madeAtMs))],
    ...(given.controller === '' ? [] : [['controller', htmlText(given.controller)] as [string, string]]),
    ['law', `${say(given.law.name)}, ${htmlText(given.law.article)}`],
    ...(given.privacyNotice === undefined ? [] : [['notice', htmlText(given.privacyNotice)] as [string, string]]),
  ];
  const purposes = given.purposes.map(
    ({ name, basis, article }) => `<tr><td>${say(name)}</td><td>${say(basis)}</td><td>${htmlText(article)}</td></tr>`,
  );
  const parts = Object.entries(given.parts).map(([name, part]) => `<h2>${word(name)}</h2>${shown(part, word, 3)}`);
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${word('title')}</title><style>${style}</style></head><body>
<h1>${word('title')}</h1>
<dl>${facts.map(([name, value]) => `<dt>${word(name)}</dt><dd>${value}</dd>`).join('')}</dl>
<h2>${word('purposes')}</h2>
<table><thead><tr><th>${word('purpose')}</th><th>${word('basis')}</th><th>${word('article')}</th></tr></thead><tbody>${purposes.join('')}</tbody></table>
${parts.join('\n')}
</body></html>
`;
}

type Word = (name: string) => string;

function shown(value: unknown, word: Word, level: number): string {
  if (!isObject(value) && !Array.isArray(value)) return `<p>${plain(value)}</p>`;
  if (Array.isArray(value)) return listed(value, word);
  const simple = Object.entries(value).filter(([, inner]) => isSimple(inner));
  const nested = Object.entries(value).filter(([, inner]) => !isSimple(inner) && !isEmpty(inner));
  const facts = simple.map(([name, inner]) => `<dt>${word(name)}</dt><dd>${plain(inner, name)}</dd>`).join('');
  const heading = Math.min(level, 4);
  const inner = nested.map(([name, part]) => `<h${heading}>${word(name)}</h${heading}>${shown(part, word, level + 1)}`).join('');
  return `${facts === '' ? '' : `<dl>${facts}</dl>`}${inner}`;
}

/** A table of everything that any of them says. */
function listed(values: readonly unknown[], word: Word): string {
  if (values.length === 0) return '';
  if (!values.every(isObject)) return `<ul>${values.map((value) => `<li>${plain(value)}</li>`).join('')}</ul>`;
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))];
  const head = names.map((name) => `<th>${word(name)}</th>`).join('');
  const rows = values.map((value) => `<tr>${names.map((name) => `<td>${plain(value[name], name)}</td>`).join('')}</tr>`);
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function plain(value: unknown, name = ''): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number' && /Ms$/.test(name)) return htmlText(timeText(value));
  if (typeof value === 'object') return htmlText(JSON.stringify(value));
  return htmlText(String(value));
}

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSimple = (value: unknown) => typeof value !== 'object' || value === null;
const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC` : '–';
}

export function htmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
