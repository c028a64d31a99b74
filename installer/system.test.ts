// What a machine's own tools say of the package: the unit's exposure, the manual page, the completion of the shell, and
// the chart by Helm. A tool that is not here is named, and its test left out.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { commands } from '../appliance/main.ts';
import { bashCompletion, manualPage, readCommands } from './manual.ts';
import { findHelm } from './testing-helm.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-system-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const system = (name: string) => join(import.meta.dirname, 'system', name);

function without(program: string, from: string): string | false {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status === 0) return false;
  console.log(`NOT TESTED: ${program} is not installed (apt-get install ${from})`);
  return `${program} is not installed`;
}

describe('the unit', { skip: without('systemd-analyze', 'systemd') }, () => {
  test('exposes 1.5 or less', () => {
    const args = ['security', '--offline=true', '--no-pager', system('holdfast.service')];
    const said = execFileSync('systemd-analyze', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const [, level] = /Overall exposure level for holdfast\.service: ([\d.]+)/.exec(said)!;
    assert.ok(Number(level) <= 1.5, said);
  });

  test('has no word that systemd does not know, and neither has its socket', () => {
    for (const name of ['holdfast.service', 'holdfast.socket']) {
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', system(name)], {
        encoding: 'utf8',
      });
      // What is missing on this machine is no fault of the unit: the program that it starts.
      const complaints = stderr
        .split('\n')
        .filter((line) => /holdfast\.(service|socket)/.test(line) && !/is not executable/.test(line));
      assert.deepEqual(complaints, []);
    }
  });

  test('sets all that the packages promise', () => {
    const unit = readFileSync(system('holdfast.service'), 'utf8');
    const promised = [
      'User=holdfast',
      'ProtectSystem=strict',
      // Without it a backup that setup could make fails in the service.
      'ReadWritePaths=-/mnt -/media -/srv -/var/backups',
      'NoNewPrivileges=yes',
      'SystemCallFilter=@system-service',
      'MemoryMax=',
      'LimitNOFILE=',
      'LimitCORE=0',
    ];
    for (const line of [...promised, 'WatchdogSec=', 'Type=notify', 'ConditionPathExists=/var/lib/holdfast/keys.json'])
      assert.ok(unit.includes(`\n${line}`), line);
  });
});

describe('the manual page and the completion', async () => {
  const all = await readCommands();
  const page = manualPage(all, '1.2.3', '2026-11-27');

  test('tell of every command', () => {
    const completion = bashCompletion(all);
    for (const { name } of commands) {
      assert.ok(page.includes(`\\fBholdfast ${name.replace(/-/g, '\\-')}`), name);
      assert.ok(completion.includes(`  [${name}]=`), name);
    }
    assert.match(page, /holdfast segment/);
    assert.match(page, /\\-\\-shares/);
  });

  test('the page has no mistake that troff finds', { skip: without('man', 'man-db') }, () => {
    const path = join(folder, 'holdfast.1');
    writeFileSync(path, page);
    const { status, stdout, stderr } = spawnSync('man', ['--warnings=w', '-E', 'UTF-8', '-l', path], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '120', MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /--shares <k\/n>/);
  });

  test('bash finishes commands, what is below them, and options', { skip: without('bash', 'bash') }, () => {
    const path = join(folder, 'completion');
    writeFileSync(path, bashCompletion(all));
    const complete = (...words: string[]) => {
      const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', script, path, ...words], { encoding: 'utf8' })
        .trim()
        .split('\n');
    };
    assert.deepEqual(complete('holdfast', 'uns'), ['unseal']);
    assert.ok(complete('holdfast', 'keys', '').includes('rotate'));
    assert.deepEqual(complete('holdfast', 'init', '--sh'), ['--shares']);
  });
});

type Manifest = {
  kind: string;
  spec?: { template?: { spec: PodSpec }; volumeClaimTemplates?: unknown[] };
  data?: { [name: string]: string };
};
type Container = {
  name: string;
  image: string;
  securityContext: object;
  volumeMounts: { name: string }[];
  [probe: string]: unknown;
};
type PodSpec = {
  securityContext: { runAsNonRoot: boolean };
  containers: Container[];
  initContainers: Container[];
  volumes: { name: string }[];
};

describe('the chart', () => {
  let helm: string | undefined;
  before(() => {
    try {
      helm = findHelm();
    } catch (error) {
      console.log(`NOT TESTED: the chart by Helm: ${(error as Error).message.split('\n')[0]}`);
    }
  });
  const chart = join(import.meta.dirname, 'helm', 'holdfast');
  const run = (...args: string[]) => spawnSync(helm!, args, { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } });
  const render = (...args: string[]): Manifest[] => {
    const { status, stdout, stderr } = run('template', 'here', chart, ...args);
    assert.equal(status, 0, stderr);
    return parseAllDocuments(stdout).flatMap((document) => {
      assert.deepEqual(document.errors, []);
      return document.contents === null ? [] : [document.toJS() as Manifest];
    });
  };

  test('passes its own linter, and refuses values that it does not know', (t) => {
    if (helm === undefined) return t.skip('Helm could not be fetched');
    assert.equal(run('lint', '--strict', chart).status, 0);
    const { status, stderr } = run('template', 'here', chart, '--set', 'persistance.size=5Gi');
    assert.notEqual(status, 0);
    assert.match(stderr, /persistance/);
  });

  test('runs as nobody in particular, on a root that cannot be written, with all that it mounts declared', (t) => {
    if (helm === undefined) return t.skip('Helm could not be fetched');
    const digest = `sha256:${'a'.repeat(64)}`;
    const ways = [
      [],
      ['--set', 'passphrase.secretName=opens', '--set', `image.digest=${digest}`, '--set', 'nodeSelector.disk=fast'],
      [
        '--set',
        'persistence.existingClaim=there',
        '--set-json',
        'tolerations=[{"key":"a","operator":"Exists"}]',
        '--set',
        'podAnnotations.a=b',
      ],
    ];
    for (const way of ways) {
      const manifests = render(...way);
      assert.deepEqual(manifests.map(({ kind }) => kind).sort(), ['ConfigMap', 'Service', 'StatefulSet']);
      const { spec } = manifests.find(({ kind }) => kind === 'StatefulSet')!;
      const pod = spec!.template!.spec;
      assert.equal(pod.securityContext.runAsNonRoot, true);
      const volumes = new Set([...pod.volumes.map(({ name }) => name), ...(spec!.volumeClaimTemplates ? ['data'] : [])]);
      for (const container of [...pod.containers, ...pod.initContainers]) {
        const wanted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
        assert.deepEqual(container.securityContext, wanted);
        for (const { name } of container.volumeMounts) assert.ok(volumes.has(name), name);
      }
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) assert.ok(pod.containers[0]![probe], probe);
    }
    const [pinned] = render(...ways[1]!).flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
    assert.equal(pinned!.image, `holdfast@${digest}`);
    const config = render('--set', 'config.region=DE').find(({ kind }) => kind === 'ConfigMap')!;
    assert.deepEqual(JSON.parse(config.data!['holdfast.json']!), { region: 'DE' });
  });
});
