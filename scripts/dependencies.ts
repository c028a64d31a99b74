// The dependency check: runs the import rules over every source file, and fails when it did not see them all, because a
// check that looks at nothing passes for ever.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { forbidden } from './dependency-rules.ts';
import { projectRoot, sourceFiles } from './files.ts';

const roots = ['appliance', 'crypto', 'federation', 'admin-console', 'installer', 'scripts', 'bench'];

export type Violation = { rule: string; from: string; to: string; why: string };
export type Verdict = { violations: Violation[]; seen: number; unseen: string[] };

/**
 * Checks the imports of all TypeScript under a folder.
 * @param folder absolute path of a checkout, or of a fixture laid out like one
 * @returns what breaks a rule, how many of the project's modules were looked at, and the files that were not
 */
export async function checkDependencies(folder: string): Promise<Verdict> {
  const present = roots.filter((root) => existsSync(join(folder, root)));
  const { output } = await cruise(
    present,
    {
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: [...forbidden] },
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^admin-console/dist/' },
    },
    { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default', 'types'] },
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text where its result was expected');
  const modules = new Set((output satisfies ICruiseResult).modules.map((module) => module.source));
  const files = sourceFiles(folder).filter((path) => path.endsWith('.ts') && roots.some((root) => path.startsWith(`${root}/`)));
  return {
    violations: output.summary.violations.map((violation) => ({
      rule: violation.rule.name,
      from: violation.from,
      to: violation.cycle ? violation.cycle.map((step) => step.name).join(' -> ') : violation.to,
      why: forbidden.find((candidate) => candidate.name === violation.rule.name)?.comment ?? '',
    })),
    seen: files.filter((path) => modules.has(path)).length,
    unseen: files.filter((path) => !modules.has(path)),
  };
}

if (import.meta.main) {
  const { violations, seen, unseen } = await checkDependencies(projectRoot);
  for (const { rule, from, to, why } of violations) console.error(`${from} -> ${to}\n    ${rule}: ${why}`);
  for (const path of unseen) console.error(`${path} was not looked at`);
  if (seen === 0) console.error('no module was looked at');
  console.log(`${seen} modules, ${violations.length} violations`);
  process.exitCode = violations.length > 0 || unseen.length > 0 || seen === 0 ? 1 : 0;
}
