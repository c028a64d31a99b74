// The desktop console packed as for people, around a stand-in for Electron's distribution: what lies in the archive, and the fuses in the binary. Nothing is
// fetched: there is no way out for the builder, which would fail if it tried.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { builderConfig } from '../admin-console/builder.config.ts';
import { buildDesktop } from './desktop-build.ts';
import { projectRoot } from './files.ts';

/** What stands in Electron's binary before its fuses (electronjs.org, Electron Fuses), the version and how many there are; all as they are made. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const asMade = '10110001';

let folder: string;
let packed: string;
let built: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  const dist = join(folder, 'electron');
  mkdirSync(join(dist, 'resources'), { recursive: true });
  mkdirSync(join(dist, 'locales'));
  for (const name of ['en-US', 'en-GB', 'zh-CN', 'fr']) writeFileSync(join(dist, 'locales', `${name}.pak`), name);
  writeFileSync(join(dist, 'LICENSE'), 'licence');
  writeFileSync(join(dist, 'version'), 'v0');
  const wire = Buffer.from([...Buffer.from(sentinel), 1, asMade.length, ...Buffer.from(asMade)]);
  writeFileSync(join(dist, 'electron'), Buffer.concat([Buffer.alloc(1_000), wire, Buffer.alloc(1_000)]), { mode: 0o755 });
  built = join(folder, 'built');
  await buildDesktop(built);
  const script = `import { packDesktop } from ${JSON.stringify(join(projectRoot, 'scripts', 'desktop-package.ts'))};
await packDesktop(${JSON.stringify({ platform: 'linux', unpacked: true, from: built, into: join(folder, 'out'), electronDist: dist })});`;
  // In a process whose every way out leads to a closed port.
  const nowhere = 'http://127.0.0.1:9';
  execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, http_proxy: nowhere, https_proxy: nowhere, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, HOME: folder },
  });
  packed = join(folder, 'out', readdirSync(join(folder, 'out')).find((name) => name.endsWith('unpacked'))!);
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Entry = { files?: { [name: string]: Entry }; size?: number; offset?: string };
/** Paths and texts: eight bytes of sizes, a header in JSON behind eight more, then the files one after the other. */
function readArchive(path: string): Map<string, string> {
  const bytes = readFileSync(path);
  const start = 8 + bytes.readUInt32LE(4);
  const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')) as Entry;
  const found = new Map<string, string>();
  const walk = ({ files = {} }: Entry, at: string) => {
    for (const [name, entry] of Object.entries(files)) {
      const from = start + Number(entry.offset ?? 0);
      if (entry.files) walk(entry, `${at}/${name}`);
      else found.set(`${at}/${name}`, bytes.subarray(from, from + (entry.size ?? 0)).toString('utf8'));
    }
  };
  walk(header, '');
  return found;
}

test('the archive holds the program, its preload and its pages, and nothing of the checkout', () => {
  const archive = join(packed, 'resources', 'app.asar');
  const packedFiles = readArchive(archive);
  const files = [...packedFiles.keys()].sort();
  const assets = files.filter((name) => name.startsWith('/pages/assets/'));
  assert.deepEqual(
    files.filter((name) => !assets.includes(name)),
    ['/main.cjs', '/package.json', '/pages/desktop.html', '/preload.cjs'],
  );
  assert.ok(
    assets.length >= 3 && assets.every((name) => /^\/pages\/assets\/[\w.-]+\.(js|css|svg)$/.test(name)),
    assets.join(' '),
  );
  assert.ok(!files.some((name) => /node_modules|\.ts$|\.map$|test/.test(name)), files.join(' '));
  const manifest = JSON.parse(packedFiles.get('/package.json') ?? '') as { main: string; dependencies?: object };
  assert.deepEqual([manifest.main, manifest.dependencies], ['main.cjs', undefined]);
  for (const [name, text] of packedFiles) {
    assert.ok(!text.includes(projectRoot) && !/node:test|testing-electron|sourceMappingURL/.test(text), name);
  }
});

test('what is packed loads nothing but Electron and Node; the preload not even that', () => {
  const loads = (name: string) =>
    [...readFileSync(join(built, name), 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)].map((found) => found[1]!);
  assert.deepEqual(loads('preload.cjs'), ['electron']);
  assert.ok(
    loads('main.cjs').every((name) => name === 'electron' || name.startsWith('node:')),
    loads('main.cjs').join(' '),
  );
  assert.doesNotMatch(readFileSync(join(built, 'main.cjs'), 'utf8'), /\beval\(|new Function\(|import\(/);
});

test('the licence and our two languages come along, other languages do not', () => {
  assert.deepEqual(readdirSync(join(packed, 'locales')).sort(), ['en-GB.pak', 'en-US.pak', 'zh-CN.pak']);
  assert.ok(readdirSync(packed).some((name) => /^LICENSE/.test(name)));
});

describe('fuses', () => {
  const wanted: { [name in keyof typeof FuseV1Options]?: boolean } = {
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  };

  test('in the packed binary each stands as it should', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'holdfast-console'));
    for (const [name, on] of Object.entries(wanted)) {
      const state = wire[FuseV1Options[name as keyof typeof FuseV1Options]];
      assert.equal(String.fromCharCode(Number(state)), on ? '1' : '0', name);
    }
  });

  test('the configuration says each aloud', () => {
    const { electronFuses = {} } = builderConfig(folder);
    const said = Object.fromEntries(
      Object.entries(electronFuses ?? {}).map(([name, on]) => [name[0]!.toUpperCase() + name.slice(1), on]),
    );
    assert.deepEqual(said, wanted);
  });
});

test('packages for each system, and nowhere that they are sent to', () => {
  const { publish, linux, win, mac, asar, files } = builderConfig(folder);
  assert.deepEqual([publish, asar], [null, true]);
  assert.deepEqual([linux?.target, win?.target, mac?.target], [['deb', 'AppImage'], ['nsis'], ['dmg']]);
  assert.ok(Array.isArray(files) && files.every((pattern) => typeof pattern === 'string' && !pattern.startsWith('**')));
});
