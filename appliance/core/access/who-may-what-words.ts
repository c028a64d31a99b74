// The table of who may what in words: what a compliance officer reads and signs, on a page, in a terminal, in English and Chinese.

import type { Words } from '../errors.ts';
import { roles } from '../model/principal.ts';
import type { DataClass } from './classes.ts';
import type { View } from './decide.ts';

export const columns = [...roles, 'operator'] as const;
export type Column = (typeof columns)[number];

export type Cell = {
  /** `purpose`: for the purposes named; `two`: once another approves; `glass`: while the glass is broken. */
  may: 'yes' | 'purpose' | 'two' | 'glass' | 'no';
  purposes?: string[];
  /** A person proves again who they are first. */
  again?: true;
};
export type SightCell = { view: View; purposes?: { [purpose: string]: View }; glass?: View };
export type AccessTable = {
  actions: { action: string; known: boolean; cells: { [column in Column]: Cell } }[];
  classes: { dataClass: DataClass; cells: { [column in Column]: SightCell } }[];
};

const columnNames: { readonly [column in Column]: Words } = {
  administrator: { en: 'administrator', zh: '管理员' },
  compliance: { en: 'compliance', zh: '合规官' },
  'data-scientist': { en: 'data scientist', zh: '数据科学家' },
  marketer: { en: 'marketer', zh: '营销' },
  supervisor: { en: 'supervisor', zh: '主管' },
  agent: { en: 'agent', zh: '客服' },
  auditor: { en: 'auditor', zh: '审计员' },
  operator: { en: 'operator', zh: '操作员' },
};
const mayWords: { readonly [may in Exclude<Cell['may'], 'purpose'>]: Words } = {
  yes: { en: 'yes', zh: '可' },
  two: { en: 'two people', zh: '双人' },
  glass: { en: 'behind glass', zh: '紧急' },
  no: { en: '–', zh: '–' },
};
const viewWords: { readonly [view in View]: Words } = {
  clear: { en: 'clear', zh: '明文' },
  pseudonym: { en: 'pseudonym', zh: '假名' },
  masked: { en: 'masked', zh: '脱敏' },
  hidden: { en: 'hidden', zh: '不可见' },
};
type Language = keyof Words;

export function cellWords(cell: Cell, language: Language): string {
  const text = cell.may === 'purpose' ? cell.purposes!.join(', ') : mayWords[cell.may][language];
  return cell.again ? `${text} *` : text;
}

export function sightWords({ view, purposes = {}, glass }: SightCell, language: Language): string {
  const more = Object.entries(purposes).map(([purpose, seen]) => `${viewWords[seen][language]} (${purpose})`);
  if (glass) more.push(`${viewWords[glass][language]} (${mayWords.glass[language]})`);
  return [viewWords[view][language], ...more].join('; ');
}

export function columnWords(column: Column, language: Language): string {
  return columnNames[column][language];
}

export const tableLegend: Words = {
  en: '"two people": once somebody else approves. A purpose: when it is given as x-purpose. "behind glass": after breaking the glass, until the time is over. *: after proving again who one is. Whoever has several roles may what any of them may; a forbidding policy wins.',
  zh: '“双人”：须经他人批准。用途名：须以 x-purpose 说明该用途。“紧急”：启用紧急访问后、时限之内。*：须再次验证身份。拥有多个角色者可执行其中任一角色所允许的操作；禁止优先。',
};

/** docs/who-may-what.md. */
export function tableAsMarkdown(table: AccessTable): string {
  const part = (language: Language, title: string, what: string, which: string) => {
    const head = (first: string) => [
      `| ${first} | ${columns.map((column) => columnWords(column, language)).join(' | ')} |`,
      `| --- |${' --- |'.repeat(columns.length)}`,
    ];
    const row = (name: string, cells: readonly string[]) => `| \`${name}\` | ${cells.join(' | ')} |`;
    return [
      `## ${title}`,
      '',
      tableLegend[language],
      '',
      ...head(what),
      ...table.actions.map(({ action, cells }) =>
        row(
          action,
          columns.map((column) => cellWords(cells[column], language)),
        ),
      ),
      '',
      ...head(which),
      ...table.classes.map(({ dataClass, cells }) =>
        row(
          dataClass,
          columns.map((column) => sightWords(cells[column], language)),
        ),
      ),
    ].join('\n');
  };
  return `# Who may what · 权限一览

Worked out from the policies that a new node has (\`appliance/core/access/policies/\`) by \`npm run docs:who-may-what\`. What holds on a node is told by \`holdfast policy table\`.
本表由新节点的默认策略生成；某个节点的现行权限请用 \`holdfast policy table\` 查看。

${part('en', 'English', 'action', 'class of data')}

${part('zh', '中文', '操作', '数据类别')}
`;
}
