// docs/who-may-what.md from the policies and the API's own document. `--write` puts it there; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionsOf, whoMayWhat } from '../appliance/core/access/who-may-what.ts';
import { tableAsMarkdown } from '../appliance/core/access/who-may-what-words.ts';
import { openTestNode } from '../appliance/testing.ts';
import { standardPurposesShown } from '../appliance/who-may-what-purposes.ts';
import { projectRoot } from './files.ts';

const node = await openTestNode();
const table = await whoMayWhat(node.app.policies.engine, actionsOf(node.app.http.swagger()), standardPurposesShown);
await node.close();
const text = tableAsMarkdown(table);
if (process.argv.includes('--write')) writeFileSync(join(projectRoot, 'docs/who-may-what.md'), text);
else process.stdout.write(text);
