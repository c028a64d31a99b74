// Packages in a clean Debian without a network: they install, `holdfast setup` makes a working HTTPS node that was backed up and restored as a test and runs as
// its own user, removing keeps the data, purging leaves nothing. The files of the container run on a C library alone. Needs root and debootstrap, and says aloud
// when it is left out.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRelease } from './release.ts';
import { home, stage } from './stage.ts';
import { builtOnce } from './testing-packages.ts';
import { type CleanRoot, cleanRoot, whyNot } from './testing-root.ts';
import { backupFolder, nameMachine, ran, serveOnce, setUp } from './testing-setup.ts';
import { write } from './tree.ts';

const reason = whyNot();
if (reason !== undefined) console.log(`NOT TESTED: installing packages: ${reason}`);
const skip = reason ?? false;

let deb: string;
let bundle: string;
before(async () => {
  if (skip) return;
  const made = await builtOnce();
  deb = made.find((path) => path.endsWith('.deb'))!;
  bundle = made.find((path) => path.endsWith('.tar.zst'))!;
});

/** What package management itself leaves of its doings, in any clean root. */
const traces =
  /^\.\/(var\/lib\/dpkg\/|var\/cache\/debconf\/|var\/log\/|etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|etc\/\.pwd\.lock$|tmp\/|run\/|var\/lib\/systemd($|\/deb-systemd-helper-(enabled|masked)$)|dev\/)/;
const left = (root: CleanRoot, beforehand: readonly string[]) => {
  const known = new Set(beforehand);
  return root.list().filter((path) => !known.has(path) && !traces.test(path));
};

/** Set up, backed up, restored as a test, opened by its shares, and served over HTTPS: all without a network. */
function wholeWay(root: CleanRoot, port: number): void {
  const { said, link } = setUp(root, port);
  assert.match(said, /The node answered over https:\/\/.*\nBackup: made, and restored elsewhere as a test/);
  const { ok, entries } = JSON.parse(readFileSync(join(root.path, 'var/lib/holdfast/restore-test.json'), 'utf8'));
  assert.ok(ok && entries > 0, said);
  assert.equal(ran(root, 'stat -c "%U:%G %a" /etc/holdfast/holdfast.json').trim(), 'root:holdfast 640');
  ran(root, 'holdfast backup key /tmp/apart.json');
  assert.match(serveOnce(root, port, 'by shares', link), allWell);
}
/** All is well but that this test has one disk. */
const allWell = /^doctor ended with 1\namiss: warning backup-place It is on the disk of the data folder, and goes with it\.$/m;

/** After purging: the backups, which lie elsewhere and belong to whoever keeps them, and nothing besides. */
function onlyBackupsLeft(root: CleanRoot, beforehand: readonly string[]): void {
  const isBackup = (path: string) => path === `./${backupFolder}` || path.startsWith(`./${backupFolder}/`);
  const all = left(root, beforehand);
  assert.deepEqual(
    all.filter((path) => !isBackup(path)),
    [],
  );
  assert.ok(all.filter(isBackup).length > 3, 'the backups stay');
  assert.doesNotMatch(readFileSync(join(root.path, 'etc/passwd'), 'utf8'), /holdfast/);
}

/** What an administrator changed in the configuration that setup wrote. */
function changeRegion(root: CleanRoot): void {
  const config = join(root.path, 'etc/holdfast/holdfast.json');
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), region: 'DE' }));
}
const regionOf = (root: CleanRoot) => JSON.parse(readFileSync(join(root.path, 'etc/holdfast/holdfast.json'), 'utf8')).region;

function ownersOf(root: CleanRoot): string[] {
  const said = execFileSync('find', ['var/lib/holdfast', '-printf', '%U %m %y %p\n'], { cwd: root.path, encoding: 'utf8' });
  return said.trim().split('\n');
}

describe('the Debian package', { skip }, () => {
  let root: CleanRoot;
  let beforehand: string[];
  before(() => {
    root = cleanRoot();
    nameMachine(root);
    beforehand = root.list();
    cpSync(deb, join(root.path, 'tmp/holdfast.deb'));
  });
  after(() => root?.remove());

  test('installs without a network, and starts nothing that is not set up', () => {
    const said = ran(root, 'dpkg -i /tmp/holdfast.deb && holdfast --version');
    assert.match(said, /not set up/);
    assert.match(said, /^0\.\d+\.\d+$/m);
    assert.ok(!existsSync(join(root.path, 'var/lib/holdfast/keys.json')));
    // The whole package is what it says it is.
    assert.equal(ran(root, 'dpkg --verify holdfast | grep -v " c /etc/holdfast" || true').trim(), '');
  });

  test('setup with answers from a file makes a working HTTPS node, backed up and restored as a test', () => wholeWay(root, 7700));

  test('nothing of the node belongs to anybody but its user', () => {
    const owners = ownersOf(root);
    assert.ok(owners.some((line) => line.endsWith('/keys.json')));
    const [uid] = owners[0]!.split(' ');
    assert.notEqual(uid, '0');
    for (const line of owners) {
      const [owner, mode, kind] = line.split(' ');
      if (kind === 'l') continue;
      assert.equal(owner, uid, line);
      assert.match(mode!, /^[67]00$/, line);
    }
  });

  test('an upgrade keeps data and configuration', () => {
    changeRegion(root);
    const keys = readFileSync(join(root.path, 'var/lib/holdfast/keys.json'), 'utf8');
    ran(root, 'dpkg -i /tmp/holdfast.deb');
    assert.equal(regionOf(root), 'DE');
    assert.equal(readFileSync(join(root.path, 'var/lib/holdfast/keys.json'), 'utf8'), keys);
  });

  test('removing keeps the data, and the node opens again after the next installation', () => {
    ran(root, 'dpkg -r holdfast');
    assert.ok(!existsSync(join(root.path, home)));
    assert.ok(existsSync(join(root.path, 'var/lib/holdfast/keys.json')));
    ran(root, 'dpkg -i /tmp/holdfast.deb');
    assert.match(serveOnce(root, 7700, 'by its passphrase'), allWell);
  });

  test('purging without a confirmation keeps keys and data, and says where', () => {
    const said = ran(root, 'dpkg -P holdfast');
    assert.match(said, /kept in \/var\/lib\/holdfast/);
    assert.ok(existsSync(join(root.path, 'var/lib/holdfast/keys.json')));
  });

  test('purging with a confirmation destroys the keys, says so, and leaves nothing', () => {
    ran(root, 'dpkg -i /tmp/holdfast.deb');
    ran(root, 'echo "holdfast holdfast/destroy-keys boolean true" | debconf-set-selections');
    const said = ran(root, 'dpkg -P holdfast');
    assert.match(said, /the keys are destroyed/);
    onlyBackupsLeft(root, beforehand);
    assert.equal(ran(root, 'debconf-show holdfast; dpkg -l holdfast 2>/dev/null | grep ^ii || true').trim(), '');
  });
});

describe('the bundle', { skip }, () => {
  let root: CleanRoot;
  let beforehand: string[];
  let unpacked: string;
  before(() => {
    root = cleanRoot();
    nameMachine(root);
    beforehand = root.list();
    execFileSync('tar', ['--zstd', '-xf', bundle, '-C', join(root.path, 'tmp')]);
    unpacked = execFileSync('sh', ['-c', 'echo holdfast-*'], { cwd: join(root.path, 'tmp'), encoding: 'utf8' }).trim();
  });
  after(() => root?.remove());

  test('refuses itself when a file is not as it was packed, and changes nothing', () => {
    const file = join(root.path, 'tmp', unpacked, 'root/usr/bin/holdfast');
    const content = readFileSync(file);
    writeFileSync(file, `${content}\n# more\n`);
    const { status, output } = root.run(`/tmp/${unpacked}/install.sh`);
    assert.equal(status, 1, output);
    assert.match(output, /damaged or missing; nothing was changed/);
    assert.deepEqual(left(root, beforehand), []);
    writeFileSync(file, content);
  });

  test('installs, and setup with answers from a file makes a working HTTPS node, backed up and restored as a test', () => {
    const said = ran(root, `/tmp/${unpacked}/install.sh && holdfast --version`);
    assert.match(said, /not set up/);
    // Below 1024: the command gives it that one right.
    wholeWay(root, 443);
  });

  test('installed again it keeps data and configuration; taken away it keeps the data', () => {
    changeRegion(root);
    ran(root, `/tmp/${unpacked}/install.sh`);
    assert.equal(regionOf(root), 'DE');
    const said = ran(root, '/usr/lib/holdfast/uninstall.sh');
    assert.match(said, /kept in \/var\/lib\/holdfast/);
    assert.ok(existsSync(join(root.path, 'var/lib/holdfast/keys.json')));
    assert.ok(!existsSync(join(root.path, home)));
  });

  test('purges only when that is confirmed, and then leaves nothing', () => {
    ran(root, `/tmp/${unpacked}/install.sh`);
    const { status, output } = root.run('/usr/lib/holdfast/uninstall.sh --purge');
    assert.equal(status, 1);
    assert.match(output, /Confirm it/);
    assert.ok(existsSync(join(root.path, 'var/lib/holdfast/keys.json')));
    const said = ran(root, '/usr/lib/holdfast/uninstall.sh --purge', { HOLDFAST_PURGE: 'destroy-keys' });
    assert.match(said, /the keys are destroyed/);
    onlyBackupsLeft(root, beforehand);
  });
});

describe('the files of the container', { skip }, () => {
  let root: CleanRoot;
  before(async () => {
    root = cleanRoot(false);
    const release = readRelease();
    write((await stage(release, 'x64')).tree, join(root.path, 'tree'), release.epochS);
    mkdirSync(join(root.path, 'image/var/lib/holdfast'), { recursive: true });
    mkdirSync(dirname(join(root.path, 'image', home)), { recursive: true });
    renameSync(join(root.path, 'tree', home), join(root.path, 'image', home));
    const native = execFileSync(
      'find',
      [join(root.path, 'image', home), '-name', '*.node', '-o', '-name', 'libonnx*', '-o', '-path', '*/bin/node'],
      { encoding: 'utf8' },
    );
    // What a distroless base with a C library has (libc6, libgcc-s1, libstdc++6), and nothing besides: no shell either.
    const base = /\/(ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so\.\d$/;
    for (const program of native.trim().split('\n'))
      for (const [, path] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)) {
        if (path!.startsWith(root.path)) continue;
        assert.match(path!, base, `${program} needs more than the base has`);
        const at = join(root.path, 'image', path!);
        mkdirSync(dirname(at), { recursive: true });
        copyFileSync(path!, at);
      }
    chownSync(join(root.path, 'image/var/lib/holdfast'), 65532, 65532);
    // Given to a container from outside, as a secret; the data folder is empty at first.
    mkdirSync(join(root.path, 'image/run'));
    writeFileSync(join(root.path, 'image/run/pass'), 'sixteen words that nobody guesses\n', { mode: 0o600 });
    chownSync(join(root.path, 'image/run/pass'), 65532, 65532);
  });
  after(() => root?.remove());

  test('run on a C library alone, as nobody in particular, on a root that cannot be written', () => {
    const image = join(root.path, 'image');
    const inside = `set -e
mount --bind "$0" "$0"; mount --bind "$0/var/lib/holdfast" "$0/var/lib/holdfast"; mount -o remount,ro,bind "$0"
run() { chroot --userspec=65532:65532 "$0" /usr/lib/holdfast/bin/node /usr/lib/holdfast/appliance/main.ts "$@"; }
run --version
run init
if chroot --userspec=65532:65532 "$0" /usr/lib/holdfast/bin/node -e 'fs.writeFileSync("/written", "")' 2>/dev/null; then exit 9; fi
run doctor`;
    const done = spawnSync('unshare', ['-n', '-m', 'sh', '-c', inside, image], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOLDFAST_HOME: '/var/lib/holdfast',
        HOLDFAST_PASSPHRASE_FILE: '/run/pass',
        NODE_ENV: 'production',
      },
    });
    assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
    assert.ok(existsSync(join(image, 'var/lib/holdfast/keys.json')));
  });
});
