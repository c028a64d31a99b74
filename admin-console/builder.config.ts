// How the desktop console is packed: what goes in (the built folder and nothing of the checkout), the archive that its pages and code are locked in, and
// the fuses that are blown in Electron's binary. Nothing is published from here and nothing updates itself: the organisation hands packages out.

import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import manifest from '../package.json' with { type: 'json' };

/** @param output where packages are put */
export function builderConfig(output: string): Configuration {
  return {
    appId: 'com.holdfast.console',
    productName: 'Holdfast',
    copyright: 'Holdfast',
    // The folder that is packed has no packages of its own to look for it in.
    electronVersion: manifest.devDependencies.electron,
    directories: { output, buildResources: join(import.meta.dirname, 'renderer') },
    files: ['package.json', 'main.cjs', 'preload.cjs', 'pages/**/*'],
    asar: true,
    npmRebuild: false,
    publish: null,
    electronLanguages: ['en-US', 'en-GB', 'zh-CN'],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    linux: { target: ['deb', 'AppImage'], category: 'Office', maintainer: 'Holdfast', executableName: 'holdfast-console' },
    win: { target: ['nsis'] },
    nsis: { oneClick: false, perMachine: true, allowToChangeInstallationDirectory: false },
    mac: { target: ['dmg'], hardenedRuntime: true, category: 'public.app-category.business' },
  };
}
