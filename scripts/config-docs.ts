// docs/configuration.md and docs/holdfast.schema.json, written from the schema of the configuration and the words of its settings. `--write` writes them; a
// test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../appliance/core/config.ts';
import { allSettings, describedSchema } from '../appliance/core/settings/settings.ts';
import { valueAt } from '../appliance/core/settings/tree.ts';
import { settingWords } from '../appliance/core/settings/words.ts';
import { projectRoot } from './files.ts';

export const configDocsPath = 'docs/configuration.md';
export const configSchemaPath = 'docs/holdfast.schema.json';

const cell = (text: string) => text.replaceAll('|', '\\|');

export function configDocs(): string {
  const rows = allSettings.map(({ path, keys, variable }) => {
    const { meaning, absent } = settingWords[path]!;
    const standard = valueAt(defaultConfig, keys);
    const absence = absent?.en === absent?.zh ? absent?.en : `${absent?.en}<br>${absent?.zh}`;
    const holds = standard === undefined ? (absence ?? '') : `\`${JSON.stringify(standard)}\``;
    return `| \`${path}\` | ${cell(meaning.en)}<br>${cell(meaning.zh)} | ${cell(holds)} | \`${variable}\` |`;
  });
  return `${[...head, ...rows].join('\n')}\n`;
}

export const configSchemaFile = (): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...describedSchema() }, null, 2)}\n`;

const head = [
  '# Configuration · 配置',
  '',
  'One file, `holdfast.json` in the data folder, read at start. `holdfast config check` names every mistake with its line and column; `holdfast config explain` says what each setting means, what',
  'holds now, and where that came from. Editors know the settings by [holdfast.schema.json](holdfast.schema.json). This page and that file are written by `npm run docs:config`.',
  '',
  '- **Environment.** Each setting has one variable, which counts over the file: `HOLDFAST_`, then the name in capitals, `_` between words, `__` for each step down. Text stands there as it is, anything',
  '  else as JSON: `HOLDFAST_PORT=7800`, `HOLDFAST_TRUSTED_PROXIES=\'["10.0.0.0/8"]\'`. `--port` and `--address` of `serve` count over both. A restore reads the file alone.',
  '- **Secrets** never stand in the file; one that does keeps the node from starting. A reference says where it is: `{"file": "PATH"}`, `{"env": "VARIABLE"}`, or `{"credential": "NAME"}` for',
  '  `LoadCredential=` of systemd.',
  '- **Changes** are noted in the audit log when the node next opens (`configuration.change`, with the names of the settings), and `holdfast doctor` says when the last was.',
  '- Exit codes of `config check`: 0 in order, 1 warnings, 2 errors, 3 could not read it.',
  '',
  '配置只有一个文件：数据目录中的 `holdfast.json`，启动时读取。`holdfast config check` 列出所有错误及行列位置；`holdfast config explain` 说明各设置的含义、当前值及出处。每个设置对应一个环境变量，优先于文件：',
  '`HOLDFAST_` 加大写名称，单词间用 `_`，下一级用 `__`；文本原样填写，其他类型写 JSON。密钥与密码不得写入文件，只能引用：`{"file": "路径"}`、`{"env": "变量"}` 或 `{"credential": "名称"}`（systemd）。配置变更在节点下次解封时记入审计日志。',
  '',
  '| setting · 设置 | meaning · 含义 | when absent · 缺省 | variable · 环境变量 |',
  '| --- | --- | --- | --- |',
];

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(join(projectRoot, configDocsPath), configDocs());
  writeFileSync(join(projectRoot, configSchemaPath), configSchemaFile());
  console.log(`${configDocsPath}, ${configSchemaPath}: ${allSettings.length} settings`);
}
