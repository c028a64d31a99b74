// `npm run desktop:package [-- --linux | --win | --mac] [--dir]`: packs what `npm run desktop:build` made for this system, or the one named. Electron's own
// distribution comes from the folder or archive that HOLDFAST_ELECTRON_DIST names; electron-builder fetches it where none is named.

import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { builderConfig } from '../admin-console/builder.config.ts';
import { buildDesktop, desktopFolder } from './desktop-build.ts';
import { projectRoot } from './files.ts';

export type Packing = {
  platform?: 'linux' | 'win' | 'mac';
  /** The application's folder alone, in no installer. */
  unpacked?: boolean;
  /** What was built. */
  from?: string;
  into?: string;
  electronDist?: string;
};

/** @returns the paths of what was made; none for a folder alone */
export async function packDesktop({ platform, unpacked = false, from = desktopFolder, ...more }: Packing): Promise<string[]> {
  const { into = join(projectRoot, 'build', 'desktop-packages'), electronDist } = more;
  const chosen = { linux: Platform.LINUX, win: Platform.WINDOWS, mac: Platform.MAC };
  const wanted = platform === undefined ? Platform.current() : chosen[platform];
  return build({
    projectDir: from,
    publish: 'never',
    targets: wanted.createTarget(unpacked ? 'dir' : undefined),
    config: { ...builderConfig(into), ...(electronDist !== undefined && { electronDist }) },
  });
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const platform = (['linux', 'win', 'mac'] as const).find((name) => args.includes(`--${name}`));
  const electronDist = process.env.HOLDFAST_ELECTRON_DIST;
  await buildDesktop();
  const made = await packDesktop({
    unpacked: args.includes('--dir'),
    ...(platform && { platform }),
    ...(electronDist !== undefined && { electronDist }),
  });
  for (const path of made) console.log(path);
}
