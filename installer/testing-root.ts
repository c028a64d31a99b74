// A clean Debian for tests that install: made once by debootstrap and kept beside the builds, unpacked for each test, and entered without a network.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../scripts/files.ts';

const kept = join(projectRoot, 'build', 'package', 'debian-bookworm-2.tar');
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Why such a test cannot run here; undefined when it can. Makes the Debian where there is none yet. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'a Linux x64 is needed';
  if (process.getuid?.() !== 0) return 'root is needed, for a root folder of its own';
  if (spawnSync('unshare', ['-n', '-m', 'true']).status !== 0) return 'this machine gives no namespaces';
  if (!has('ip')) return 'the program ip is not installed (apt-get install iproute2)';
  if (!existsSync(kept) && !has('debootstrap')) return 'debootstrap is not installed (apt-get install debootstrap)';
  try {
    if (!existsSync(kept)) bootstrap();
  } catch (error) {
    return `debootstrap made no Debian, for which it needs a mirror: ${(error as Error).message.split('\n')[0]}`;
  }
  return undefined;
}

export type CleanRoot = {
  path: string;
  /** Runs a script of sh inside, without a network. */
  run(script: string, env?: { [name: string]: string }): { status: number | null; output: string };
  /** Every file and folder inside, but what the kernel shows. */
  list(): string[];
  remove(): void;
};

/** @param packed false for an empty folder that the caller fills */
export function cleanRoot(packed = true): CleanRoot {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-root-'));
  if (packed) execFileSync('tar', ['-xf', kept, '-C', path, '--numeric-owner']);
  // A new folder is for root only, and so is the one that was packed: nobody else would find a library in there.
  chmodSync(path, 0o755);
  return {
    path,
    run(script, env = {}) {
      const inside = `ip link set lo up && mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"`;
      // A network of its own, which leads nowhere but to itself.
      const done = spawnSync(
        'unshare',
        ['-n', '-m', '-p', '-f', '--kill-child', 'sh', '-c', inside, path, `exec 2>&1\n${script}`],
        {
          encoding: 'utf8',
          env: {
            PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
            LC_ALL: 'C.UTF-8',
            HOME: '/root',
            DEBIAN_FRONTEND: 'noninteractive',
            ...env,
          },
          maxBuffer: 16e6,
        },
      );
      return { status: done.status, output: `${done.stdout}${done.stderr}` };
    },
    list: () =>
      execFileSync('find', ['.', '-path', './proc', '-prune', '-o', '-print'], { cwd: path, encoding: 'utf8', maxBuffer: 64e6 })
        .split('\n')
        .sort(),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function bootstrap(): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bootstrap-'));
  try {
    mkdirSync(join(kept, '..'), { recursive: true });
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', folder], { stdio: 'ignore' });
    rmSync(join(folder, 'var/cache/apt'), { recursive: true, force: true });
    rmSync(join(folder, 'var/lib/apt/lists'), { recursive: true, force: true });
    // It need not outlive a power cut.
    writeFileSync(join(folder, 'etc/dpkg/dpkg.cfg.d/holdfast-tests'), 'force-unsafe-io\n');
    const draft = `${kept}.${process.pid}`;
    execFileSync('tar', ['-cf', draft, '--numeric-owner', '-C', folder, '.']);
    renameSync(draft, kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
