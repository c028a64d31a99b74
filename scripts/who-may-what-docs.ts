// docs/who-may-what.md from the policies and the API's own document. `--write` puts it there, and notes that these policies were checked; tests compare both.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedFile, checkedHash, defaultFiles, validate } from '../appliance/core/access/policies.ts';
import { actionsOf, whoMayWhat } from '../appliance/core/access/who-may-what.ts';
import { tableAsMarkdown } from '../appliance/core/access/who-may-what-words.ts';
import { openTestNode } from '../appliance/testing.ts';
import { standardPurposesShown } from '../appliance/who-may-what-purposes.ts';
import { projectRoot } from './files.ts';

const files = defaultFiles();
const [flaw] = files.flatMap(validate);
if (flaw) throw new TypeError(`core/access/policies/${flaw.file}:${flaw.line}: ${flaw.reason}`);
if (process.argv.includes('--write')) writeFileSync(checkedFile, `${checkedHash(files)}\n`);
const node = await openTestNode();
const table = await whoMayWhat(node.app.policies.engine, actionsOf(node.app.http.swagger()), standardPurposesShown);
await node.close();
const text = tableAsMarkdown(table);
if (process.argv.includes('--write')) writeFileSync(join(projectRoot, 'docs/who-may-what.md'), text);
else process.stdout.write(text);
