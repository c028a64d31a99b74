// What goes with the node calls nobody: no compiled library names a host but those where documentation lies, and no script one that collects what programs
// do. A library that begins to (as onnxruntime did with 1.29) fails here with its update, and somebody looks.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { productionPackages } from './modules.ts';

/** Named in messages and descriptions of operators. Whoever adds one has looked at what the library does with it. */
const documentation: { readonly [name: string]: readonly string[] } = {
  '@cedar-policy/cedar-wasm': ['github.com'],
  'onnxruntime-node': [
    'arxiv.org',
    'crbug.com',
    'crl.microsoft.com', // In the signatures of the files for Windows.
    'dawn-review.googlesource.com',
    'dawn.googlesource.com',
    'devblogs.nvidia.com',
    'docs.nvidia.com',
    'docs.scipy.org',
    'docs.vulkan.org',
    'en.wikipedia.org',
    'github.com',
    'gpuweb.github.io',
    'huggingface.co',
    'ieeexplore.ieee.org',
    'issues.chromium.org',
    'khr.io',
    'llvm.org',
    'numpy.org',
    'papers.nips.cc',
    'pytorch.org',
    'source.chromium.org',
    'tinyurl.com',
    'www.microsoft.com',
    'www.opencompute.org',
    'www.tensorflow.org',
    'curl.se',
    'protobuf.dev',
    // Its sender, which core/silent.ts switches off; onnx/silent.test.ts holds that.
    'mobile.events.data.microsoft.com',
  ],
  'sodium-native': ['android.googlesource.com'],
};

/** What has a sender that is switched off. */
const silenced = new Set(['onnxruntime-node']);

/** Of services that take what programs tell of themselves, by how their hosts end or what such a library leaves in every program. */
const collectors =
  /events\.data\.microsoft\.com|OneCollector|applicationinsights|dc\.services\.visualstudio|google-analytics\.com|googletagmanager|sentry\.io|api\.segment\.io|amplitude\.com|mixpanel\.com|posthog\.com|bugsnag\.com|datadoghq\.com|rudderstack\.com\/v1|telemetry\.[a-z0-9-]+\.(com|io|org|dev)/i;
const compiled = /\.(node|wasm|dylib|dll)$|\.so(\.|$)/;
const scripts = /\.(c|m)?js$/;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

const hostsIn = (text: string) =>
  [...text.matchAll(/(?:https?|wss?):\/\/([a-z0-9][a-z0-9.-]*\.[a-z]{2,})/gi)].map(([, host]) => host!.toLowerCase());

// The runtime itself is Node, built by its own people.
const packages = productionPackages('x64').filter(({ name }) => !name.startsWith('node-linux'));

test('no compiled library names a host that is not known to hold documentation', () => {
  let seen = 0;
  for (const { name, folder } of packages)
    for (const file of filesOf(folder).filter((path) => compiled.test(path))) {
      seen += 1;
      const text = readFileSync(file, 'latin1');
      const unknown = new Set(hostsIn(text).filter((host) => !documentation[name]?.includes(host)));
      assert.deepEqual([...unknown].sort(), [], file);
      if (!silenced.has(name)) assert.doesNotMatch(text, collectors, file);
    }
  assert.ok(seen > 20, `${seen} compiled libraries`);
});

test('no script names a service that collects what programs do', () => {
  let seen = 0;
  for (const { folder } of packages)
    for (const file of filesOf(folder).filter((path) => scripts.test(path))) {
      seen += 1;
      const found = collectors.exec(readFileSync(file, 'latin1'));
      assert.equal(found, null, `${file}: ${found?.[0]}`);
    }
  assert.ok(seen > 1_000, `${seen} scripts`);
});

test('a planted one is found', () => {
  assert.match('\0https://mobile.events.data.microsoft.com/OneCollector/1.0\0', collectors);
  assert.deepEqual(hostsIn('a\0https://in.example.com/v1\0wss://x.example.org'), ['in.example.com', 'x.example.org']);
});
