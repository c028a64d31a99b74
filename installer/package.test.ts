// What is packaged, before anything is installed: the licences and the bill of materials, the files for each architecture, that nothing the node
// imports was left out, the same bytes from two builds, and the signature. Packages of another architecture come from npm.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { isAccepted, judged, licenceOf, thirdParty } from './licences.ts';
import { makePackages, sha256, writeChecksums } from './package.ts';
import { type Architecture, readRelease } from './release.ts';
import { isSigned, signFile } from './sign.ts';
import { home, type Staged, stage } from './stage.ts';
import { builtOnce, testLevel } from './testing-packages.ts';
import { bytesOf, type Item, inOrder, write } from './tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-packages-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const release = readRelease();
// The other architecture's programs come from npm, which a test machine need not reach.
const isLong = process.env.HOLDFAST_LONG === '1';
if (!isLong) console.log("NOT TESTED: the package for arm64, and Debian's checker (HOLDFAST_LONG=1)");
const staged: { [name in Architecture]?: Staged } = {};
before(async () => {
  staged.x64 = await stage(release, 'x64');
  if (isLong) staged.arm64 = await stage(release, 'arm64');
});

describe('licences', () => {
  const found = { name: 'some-package', version: '1.0.0', text: 'the text' };

  test('a licence that is missing, unknown or not on the list stops the build and names the package', () => {
    assert.throws(() => judged({ ...found, licence: '' }), /some-package 1\.0\.0 names no licence/);
    assert.throws(() => judged({ ...found, licence: 'SEE LICENSE IN FILE' }), /some-package 1\.0\.0 names no licence/);
    assert.throws(() => judged({ ...found, licence: 'GPL-3.0-only' }), /some-package 1\.0\.0 is under GPL-3\.0-only/);
    assert.throws(() => judged({ ...found, licence: 'MIT AND GPL-3.0-only' }), /GPL/);
    assert.throws(() => judged({ ...found, licence: 'MIT', text: ' ' }), /carries no text/);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'package.json'), '{"license":"MIT"}');
    assert.throws(() => licenceOf('some-package', '1.0.0', empty), /carries no text/);
  });

  test('of two licences to choose from one is enough', () => {
    assert.equal(isAccepted('(GPL-3.0-only OR MIT)'), true);
    assert.equal(isAccepted('MIT AND Apache-2.0'), true);
  });

  test('the same text stands once, under all who share it', () => {
    const file = thirdParty(
      [
        { ...found, licence: 'MIT' },
        { ...found, name: 'another', licence: 'MIT' },
      ],
      'A product',
    );
    assert.equal(file.split('the text').length, 2);
    assert.match(file, /another 1\.0\.0 \(MIT\)\nsome-package 1\.0\.0 \(MIT\)/);
  });

  test('every work in a package has its text in the file', () => {
    for (const { works, licences } of Object.values(staged))
      for (const { name, version, licence } of works) assert.ok(licences.includes(`${name} ${version} (${licence})`), name);
  });
});

describe('the bill of materials', () => {
  test('is CycloneDX 1.6, of what is in the package and nothing else', async () => {
    for (const { sbom, tree, architecture } of Object.values(staged)) {
      assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(sbom), null);
      const { components, metadata } = JSON.parse(sbom) as {
        components: { 'bom-ref': string; hashes?: object; purl?: string }[];
        metadata: { timestamp: string };
      };
      assert.equal(metadata.timestamp, new Date(release.epochS * 1000).toISOString());
      const refs = components.map((component) => component['bom-ref']);
      assert.ok(refs.some((ref) => ref.startsWith(`runtime:node-linux-${architecture}@`)));
      assert.ok(refs.some((ref) => ref.startsWith('console:react@')));
      const listed = new Set(
        refs.filter((ref) => ref.startsWith('node:')).map((ref) => ref.slice('node:'.length, ref.lastIndexOf('@'))),
      );
      const present = new Set(
        [...tree.keys()].flatMap((path) => {
          const [, within] = /^usr\/lib\/holdfast\/node_modules\/(.+)\/package\.json$/.exec(path) ?? [];
          const named = within?.split('/node_modules/').every((name) => /^(@[^/]+\/)?[^/]+$/.test(name));
          return within !== undefined && named ? [within] : [];
        }),
      );
      assert.deepEqual([...present].sort(), [...listed].sort());
      for (const component of components) if (component.purl) assert.ok(component.hashes, `${component['bom-ref']} has no hash`);
    }
  });
});

/** e_machine of the ELF header (System V ABI); undefined for other files. */
function machineOf(item: Item): number | undefined {
  const head = Buffer.alloc(20);
  if ('from' in item) {
    const file = openSync(item.from, 'r');
    readSync(file, head, 0, 20, 0);
    closeSync(file);
  } else Buffer.from(bytesOf(item)).copy(head);
  return head.readUInt32BE(0) === 0x7f454c46 ? head.readUInt16LE(18) : undefined;
}

describe('the files', () => {
  test(`native code is of the architecture that the package is for${isLong ? ', and the same modules are there for both' : ''}`, () => {
    const machines = { x64: 62, arm64: 183 };
    const names: { [name: string]: string[] } = {};
    for (const { tree, architecture } of Object.values(staged)) {
      const native = inOrder(tree).filter(([, item]) => machineOf(item) !== undefined);
      for (const [path, item] of native) assert.equal(machineOf(item), machines[architecture], path);
      names[architecture] = native.map(([path]) => path.replaceAll(architecture, 'CPU'));
      assert.equal(tree.get(`${home}/bin/node`)?.mode, 0o755);
    }
    assert.equal(names.x64!.length, 6, names.x64!.join(' '));
    if (isLong) assert.deepEqual(names.x64, names.arm64);
  });

  test('nothing of tests, types, other systems or this machine comes along', () => {
    for (const { tree } of Object.values(staged))
      for (const [path, item] of tree) {
        assert.doesNotMatch(
          path,
          /\.(test|bench)\.ts$|\.d\.ts$|\.map$|prebuilds\/(?!linux-)|\/(darwin|win32)\/|musl\.node$|^usr\/lib\/holdfast\/(appliance|crypto|federation)\/.*\/testing[-.]|node_modules\/(electron|vite|react)\//,
        );
        if (path.endsWith('.json') && path.includes('etc/')) JSON.parse(Buffer.from(bytesOf(item)).toString('utf8'));
      }
    for (const [path, item] of staged.x64!.tree)
      if (!path.includes('/node_modules/') && bytesOf(item).length < 5e6)
        assert.ok(!Buffer.from(bytesOf(item)).includes(dirname(import.meta.dirname)), `${path} names a folder of this machine`);
  });

  test('everything that the node imports is there: each module loads under the packaged runtime', () => {
    const root = join(folder, 'root');
    write(staged.x64!.tree, root, release.epochS);
    const at = join(root, home);
    const sources = [...staged.x64!.tree.keys()].filter(
      (path) => path.startsWith(`${home}/`) && !path.includes('node_modules') && path.endsWith('.ts'),
    );
    const starts = /\.(task|worker|thread|process)\.ts$|\/main\.ts$/;
    const bare = new Set<string>();
    const own: string[] = [];
    for (const path of sources) {
      const code = readFileSync(join(root, path), 'utf8');
      for (const [, name] of code.matchAll(/^(?:import|export)\b(?! type)[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gm)) {
        if (name !== undefined && !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
          bare.add(name);
      }
      if (!starts.test(path)) own.push(path.slice(home.length + 1));
    }
    assert.ok(bare.size > 25, `${bare.size} packages`);
    const script = join(at, 'load-all.mjs');
    writeFileSync(
      script,
      `const failed = [];
for (const name of ${JSON.stringify([...bare, ...own.map((path) => `./${path}`)])})
  try { await import(name); } catch (error) { failed.push(name + ': ' + error.message); }
process.stdout.write(JSON.stringify(failed));
process.exit(0);`,
    );
    const said = execFileSync(join(at, 'bin', 'node'), ['--no-warnings', script], { encoding: 'utf8', cwd: at });
    rmSync(script);
    assert.deepEqual(JSON.parse(said), []);
  });
});

describe('two builds of one commit', () => {
  let first: string[];
  test('give the same bytes in other folders, and the list of hashes is signed', async () => {
    const out = join(folder, 'second');
    first = await builtOnce();
    const second = await makePackages({ architectures: ['x64'], level: testLevel, out, work: join(folder, 'second-work') });
    assert.deepEqual(
      first.map((path) => basename(path)),
      second.map((path) => basename(path)),
    );
    assert.deepEqual(first.map(sha256), second.map(sha256));
    assert.equal(first.length, 3);

    const sums = writeChecksums(second, out);
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: out });
    const key = join(folder, 'key.pem');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    signFile(sums, key);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.equal(isSigned(sums, pem), true);
    // The command that docs/installing.md gives.
    const openssl = () =>
      spawnSync(
        'openssl',
        ['pkeyutl', '-verify', '-pubin', '-inkey', `${sums}.pem`, '-rawin', '-in', sums, '-sigfile', `${sums}.sig`],
        { encoding: 'utf8' },
      );
    assert.match(openssl().stdout, /Signature Verified Successfully/);
    writeFileSync(
      sums,
      readFileSync(sums, 'utf8').replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    );
    assert.equal(isSigned(sums, pem), false);
    assert.notEqual(openssl().status, 0);
  });

  test('only a key of the right kind signs', () => {
    const key = join(folder, 'rsa.pem');
    writeFileSync(key, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
    assert.throws(() => signFile(key, key), /ed25519 is needed/);
  });

  const hasLintian = spawnSync('lintian', ['--version']).status === 0;
  if (isLong && !hasLintian) console.log('NOT TESTED: lintian is not installed (apt-get install lintian)');
  const noLintian = !isLong ? 'HOLDFAST_LONG is not set: most of a minute' : hasLintian ? false : 'lintian is not installed';
  test("Debian's checker finds no error in the package", { skip: noLintian }, () => {
    const args = ['--profile', 'debian', '--allow-root', '--fail-on', 'error', '--tag-display-limit', '0'];
    const { status, stdout, stderr } = spawnSync('lintian', [...args, first.find((path) => path.endsWith('.deb'))!], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.doesNotMatch(stdout, /^E:/m);
  });
});
