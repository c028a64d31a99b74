// The register and assessments as Markdown, in both languages, and the same as a page that prints well.

import type { Words } from '../../core/errors.ts';
import type { Assessment, Register, Versioned } from './documents.ts';
import { htmlText } from './package-page.ts';

type Language = 'zh' | 'en';

export function registerText({ version, madeAtMs, content }: Versioned<Register>, language: Language): string {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
  const word = (words: Words) => words[language];
  const none = say('none', '无');
  return [
    `# ${say('Register of processing activities', '个人信息处理活动记录')}`,
    facts([
      [say('Controller', '处理者'), content.controller || none],
      [say('Law', '适用法律'), `${word(content.law.name)} (${content.law.version})`],
      [say('Version', '版本'), `${version}, ${dayText(madeAtMs)}`],
      [say('Data subjects', '个人数量'), `${content.subjects} (${content.records} ${say('records', '条记录')})`],
    ]),
    `## ${say('Purposes', '处理目的')}`,
    table(
      [
        say('Purpose', '目的'),
        say('Legal basis', '合法性基础'),
        say('Article', '条款'),
        say('If silent', '未表态时'),
        say('Channels', '渠道'),
        say('Consent apart', '单独同意'),
        say('Retention', '保存规则'),
      ],
      content.processing.map((one) => [
        `${word(one.name)} (${one.purpose})`,
        word(one.basis),
        one.article,
        one.byDefault === 'allowed' ? say('allowed', '允许') : say('denied', '禁止'),
        one.channels.join(', '),
        one.apart.join(', '),
        one.retention.join(', ') || say('until erased', '直至删除'),
      ]),
    ),
    `## ${say('Where data comes from', '数据来源')}`,
    table(
      [say('Source', '来源'), say('Kind', '类型')],
      content.sources.map(({ name, kind }) => [name, kind]),
    ),
    `## ${say('Categories of data', '数据类别')}`,
    facts([
      [say('Traits', '属性'), content.data.traits.join(', ')],
      [say('Identifiers', '标识符'), content.data.identifiers.join(', ')],
      [say('Computed', '计算属性'), content.data.computed.join(', ') || none],
      [say('Kept by', '保存于'), content.data.keptBy.join(', ')],
    ]),
    `## ${say('Recipients', '接收方')}`,
    table(
      [say('System', '系统'), say('Host', '主机'), say('Told of erasures by', '删除通知所用标识')],
      content.recipients.map(({ name, host, tells }) => [name, host, tells.join(', ')]),
    ),
    `## ${say('Retention', '保存期限')}`,
    table(
      [say('Rule', '规则'), say('What', '内容'), say('Days', '天数'), say('Class', '类别'), say('Purpose', '目的')],
      content.retention.map((rule) => [
        rule.name,
        rule.events
          ? [...(rule.events.kinds ?? []), ...(rule.events.names ?? [])].join(', ') || say('all events', '全部事件')
          : say('records without activity', '无活动的记录'),
        String(rule.events?.olderThanDays ?? rule.records?.inactiveDays ?? ''),
        rule.dataClass ?? '',
        rule.purpose ?? '',
      ]),
    ),
    `## ${say('Technical and organisational measures', '技术与组织措施')}`,
    content.measures.map((one) => `- ${word(one)}`).join('\n'),
    '',
  ].join('\n\n');
}

export function assessmentText({ id, madeAtMs, content }: Versioned<Assessment>, language: Language): string {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
  const word = (words: Words) => words[language];
  const levels = { low: say('low', '低'), medium: say('medium', '中'), high: say('high', '高') };
  const conclusions = {
    acceptable: say('acceptable', '可以接受'),
    acceptable_with_measures: say('acceptable with the measures named', '采取所列措施后可以接受'),
    not_acceptable: say('not acceptable', '不可接受'),
  };
  return [
    `# ${say('Impact assessment', '影响评估')}: ${content.title}`,
    facts([
      [say('Number', '编号'), String(id)],
      [say('Made', '完成日期'), dayText(madeAtMs)],
      [say('Article', '条款'), content.article],
      [say('By', '评估人'), content.by],
      [say('Kept at least until', '至少保存至'), dayText(content.keptUntilMs)],
    ]),
    `## ${say('What is done', '处理活动')}`,
    table(
      [say('Purpose', '目的'), say('Legal basis', '合法性基础'), say('Recipients', '接收方'), say('Retention', '保存规则')],
      content.processing.map((one) => [
        `${word(one.name)} (${one.purpose})`,
        `${word(one.basis)}, ${one.article}`,
        one.recipients.join(', '),
        one.retention.join(', ') || say('until erased', '直至删除'),
      ]),
    ),
    `## ${say('Is it lawful, legitimate and necessary?', '目的、方式是否合法、正当、必要')}`,
    content.necessity,
    `## ${say('Risks to the persons and measures', '对个人权益的影响、安全风险与保护措施')}`,
    table(
      [say('Risk', '风险'), say('Likelihood', '可能性'), say('Severity', '严重性'), say('Measure', '措施')],
      content.risks.map(({ risk, likelihood, severity, measure }) => [risk, levels[likelihood], levels[severity], measure]),
    ),
    content.measures.map((one) => `- ${word(one)}`).join('\n'),
    `## ${say('Conclusion', '结论')}`,
    conclusions[content.conclusion],
    '',
  ].join('\n\n');
}

/** The little Markdown that is written here, as a page. */
export function pageOf(markdown: string, language: Language): string {
  const blocks = markdown.split('\n\n').map((block) => {
    const heading = /^(#{1,2}) (.*)$/s.exec(block);
    if (heading) return `<h${heading[1]!.length}>${htmlText(heading[2]!)}</h${heading[1]!.length}>`;
    const lines = block.split('\n');
    if (lines[0]?.startsWith('|')) return tableOf(lines);
    if (lines.every((line) => line.startsWith('- ')))
      return `<ul>${lines.map((line) => `<li>${htmlText(line.slice(2))}</li>`).join('')}</ul>`;
    return `<p>${htmlText(block)}</p>`;
  });
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:break-word}
@page{size:A4;margin:18mm 15mm}@media print{body{font-size:9.5pt;margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}</style>
</head><body>${blocks.join('\n')}</body></html>
`;
}

function tableOf(lines: readonly string[]): string {
  const cells = (line: string, tag: string) =>
    `<tr>${line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => `<${tag}>${htmlText(cell.trim().replaceAll('\\|', '|'))}</${tag}>`)
      .join('')}</tr>`;
  const [head = '', _rule, ...rows] = lines;
  return `<table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table>`;
}

function facts(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, value]) => `- ${name}: ${oneLine(value)}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => oneLine(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
