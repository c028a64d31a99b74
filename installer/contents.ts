// What a package contains, as a list of works with version, licence and hash: npm packages that run in the node, the runtime, what is built into the
// console's pages, and what native modules carry within. From it come the SBOM and the file of licences.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/files.ts';
import { judged, type Licensed, licenceOf, standardText, within } from './licences.ts';
import { type NpmPackage, runtimeName } from './modules.ts';
import type { Architecture } from './release.ts';

export type Work = Licensed & {
  /** Its name within the SBOM. */
  ref: string;
  needs: string[];
  /** `sha512-...` of the published archive, as npm writes it. */
  integrity?: string;
  /** Where in the product it is. */
  part: 'node' | 'runtime' | 'console' | 'within';
  npm: boolean;
};

const refOf = (part: Work['part'], path: string, version: string) => `${part}:${path.replace(/^node_modules\//, '')}@${version}`;

/** @throws {Error} for a licence that is missing or not on the list */
export function contentsOf(packages: readonly NpmPackage[], architecture: Architecture): Work[] {
  const runtime = runtimeName(architecture);
  const partOf = (name: string): Work['part'] => (name === runtime ? 'runtime' : 'node');
  const byPath = new Map(packages.map((each) => [each.path, each]));
  const works = packages.map((each): Work => {
    const part = partOf(each.name);
    return {
      ...licenceOf(each.name, each.version, each.folder),
      ref: refOf(part, each.path, each.version),
      needs: each.needs.map((path) => refOf(partOf(byPath.get(path)!.name), path, byPath.get(path)!.version)),
      ...(each.integrity !== undefined && { integrity: each.integrity }),
      part,
      npm: true,
    };
  });
  return [...works, ...carried(packages), ...inPages()];
}

function carried(packages: readonly NpmPackage[]): Work[] {
  return within.map(({ name, inside, licence, supplier }) => {
    const { version } = packages.find((each) => each.name === inside)!;
    const text = standardText(licence, supplier);
    return {
      name,
      version: `in ${inside} ${version}`,
      licence,
      text,
      ref: refOf('within', name, version),
      needs: [],
      part: 'within',
      npm: false,
    };
  });
}

/** What vite built into the pages; it writes the list beside them. */
function inPages(): Work[] {
  const list = join(projectRoot, 'admin-console', 'dist', 'licences.json');
  if (!existsSync(list)) throw new Error('the console is not built: run npm run console:build');
  const listed = JSON.parse(readFileSync(list, 'utf8')) as {
    name: string;
    version: string;
    identifier?: string;
    text?: string;
  }[];
  if (listed.length === 0) throw new Error('the build of the console lists nothing that it contains: run npm run console:build');
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: { [path: string]: { version?: string; integrity?: string } };
  };
  return listed.map(({ name, version, identifier, text }) => {
    const locked = Object.entries(lock.packages).find(
      ([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version,
    );
    const integrity = locked?.[1].integrity;
    return {
      ...judged({ name, version, licence: identifier ?? '', text: text ?? '' }),
      ref: refOf('console', name, version),
      needs: [],
      ...(integrity !== undefined && { integrity }),
      part: 'console',
      npm: true,
    };
  });
}
