// Which way imports run, as rules for dependency-cruiser: crypto <- core <- record <- decide <- act <- oversee <- the
// process, downwards only, through a slice's front door. docs/HACKING.md gives the same in words.

import type { IForbiddenRuleType, IRegularForbiddenRuleType } from 'dependency-cruiser';
import { testPatterns } from './files.ts';

/** The ranks, lowest first: a folder imports from those before it and never from those after it. */
const ranks = ['crypto', 'appliance/core', 'appliance/record', 'appliance/decide', 'appliance/act', 'appliance/oversee'];
const slices = '^appliance/(record|decide|act|oversee)/([^/]+)/';
/** What stands above every slice and puts them together. */
const process = '^appliance/([^/]+\\.ts$|cli/|federate/|simulation/|bench/)';

/** They may use development dependencies, and nothing else may use them. */
const tests = [...testPatterns];
const tools = ['^scripts/', '^installer/', '^(appliance|federation)/simulation/', '^admin-console/builder\\.config\\.ts$'];

/** Modules that nothing imports because something else starts them: the process, commands of npm, threads, windows. */
const entries = [
  ...tests,
  ...tools,
  '^appliance/main\\.ts$',
  '\\.(task|worker|thread|process)\\.ts$',
  // Compiled to WebAssembly by scripts/kernels.ts.
  '/kernel/kernel\\.ts$',
  '^admin-console/(main|preload|renderer)/',
  '^admin-console/(vite\\.(config|desktop)|builder\\.config)\\.ts$',
];

/** Parts of core that are vocabularies and toolkits, not slices: each file is for everybody. */
const openCore = '^appliance/core/(model|values|http)/';
const frontDoor = '/([^/]+)/\\1\\.ts$';
/** A slice's HTTP side, which app.ts mounts. */
const routes = '/routes\\.ts$';

type Rule = IForbiddenRuleType;
type Ends = IRegularForbiddenRuleType;
const rule = (name: string, comment: string, from: Ends['from'], to: Ends['to']): Rule => ({
  name,
  severity: 'error',
  comment,
  from,
  to,
});

const downwardsOnly = ranks.map((folder, index) =>
  rule(
    `downwards-only-${folder.replace('appliance/', '')}`,
    'Imports run crypto <- core <- record <- decide <- act <- oversee <- process. Pass a function in from app.ts instead.',
    { path: `^${folder}/` },
    {
      path: [
        ...ranks.slice(index + 1).map((above) => `^${above}/`),
        process,
        '^appliance/sample/',
        '^(federation|admin-console|installer|scripts|bench)/',
      ],
    },
  ),
);

const betweenSlices = [
  rule(
    'slices-of-one-rank-apart',
    'Slices of the same rank never import each other, not even types: app.ts passes functions in, shared types live in core/model.',
    { path: slices },
    { path: '^appliance/$1/', pathNot: '^appliance/$1/$2/' },
  ),
  rule(
    'front-door-of-slices',
    'A slice is entered through the file named after its folder, also by slices of higher ranks.',
    { path: slices, pathNot: tests },
    { path: slices, pathNot: ['^appliance/$1/$2/', frontDoor] },
  ),
  rule(
    'front-door-of-slices-for-the-process',
    'app.ts, the command line and the sample enter a slice through the file named after its folder, or mount its routes.ts.',
    { path: ['^appliance/[^/]+\\.ts$', '^appliance/(cli|sample)/'], pathNot: tests },
    { path: slices, pathNot: [frontDoor, routes] },
  ),
  rule(
    'front-door-of-core',
    'A part of core is entered through the file named after its folder; only app.ts and the command line choose an engine.',
    { path: '^appliance/(record|decide|act|oversee|sample)/', pathNot: tests },
    { path: '^appliance/core/[^/]+/', pathNot: [frontDoor, openCore, ...tests] },
  ),
  rule(
    'front-door-of-crypto-parts',
    'The parts of crypto with folders of their own (psi, he, masks) are entered through the file named after the folder.',
    { path: '^(appliance|federation)/', pathNot: tests },
    { path: '^crypto/[^/]+/', pathNot: frontDoor },
  ),
  rule(
    'sample-on-core-only',
    'The sample organisation is data: it stands on core and knows no slice.',
    { path: '^appliance/sample/', pathNot: tests },
    { path: '^(appliance|crypto|federation|admin-console|installer|scripts)/', pathNot: '^appliance/(core|sample)/' },
  ),
];

const otherHouses = [
  rule(
    'protocol-on-crypto-only',
    'The federation protocol is its own leaf above crypto.',
    { path: '^federation/protocol/' },
    { path: '^(appliance|federation|admin-console|installer|scripts)/', pathNot: '^federation/protocol/' },
  ),
  rule(
    'coordinator-alone',
    'The coordinator holds no data of a node and never sees its code.',
    { path: '^federation/coordinator/' },
    { path: '^(appliance|admin-console|installer|scripts|federation)/', pathNot: '^federation/(coordinator|protocol)/' },
  ),
  rule(
    'participant-alone',
    'The participant gets its data through ports, so that it can be read and tested apart from the appliance.',
    { path: '^federation/participant/' },
    { path: '^(appliance|admin-console|installer|scripts|federation)/', pathNot: '^federation/(participant|protocol)/' },
  ),
  rule(
    'federation-through-the-process',
    'Only app.ts, federate/, the command line and the simulation join federation to the node.',
    { path: '^appliance/', pathNot: process },
    { path: '^federation/' },
  ),
  rule(
    'console-is-a-client',
    'The admin console knows the HTTP API and nothing else of the node.',
    { path: '^admin-console/' },
    { path: '^(appliance|crypto|federation|installer|scripts)/' },
  ),
  rule(
    'nothing-imports-the-console',
    'The node serves the built bundle; it never imports it. Tests that bring the two together do, and the tools that build it.',
    { pathNot: ['^admin-console/', '^scripts/desktop-(build|package)\\.ts$', ...tests] },
    { path: '^admin-console/' },
  ),
];

/** npm packages that one folder keeps to itself, tests aside. */
const only = (name: string, owner: string, names: string) =>
  rule(
    name,
    `Only ${owner} imports ${names.replaceAll('|', ', ')}.`,
    { path: '.', pathNot: [`^${owner}/`, ...tests] },
    { path: `node_modules/(${names})/` },
  );

const packages = [
  only('drivers-in-store-only', 'appliance/core/store', 'better-sqlite3|pg'),
  only('threads-of-the-pool', 'appliance/core/pool', 'piscina'),
  rule(
    'runtime-of-models-silenced',
    'Only decide/models/onnx/library.ts imports onnxruntime-node, whose sender it switches off before.',
    { path: '.', pathNot: '^appliance/decide/models/onnx/library\\.ts$' },
    { path: 'node_modules/onnxruntime-node/' },
  ),
  only('ciphers-in-crypto-only', 'crypto', 'sodium-native|@noble/[^/]+|node-seal|shamir-secret-sharing'),
  rule(
    'seal-in-he-only',
    'Only crypto/he imports node-seal.',
    { path: '^crypto/', pathNot: '^crypto/he/' },
    { path: 'node_modules/node-seal/' },
  ),
  rule(
    'development-packages-in-tests-only',
    'A node in the field has no development dependencies.',
    // What the console is made of is built into it.
    {
      path: '.',
      pathNot: [...tests, ...tools, '^admin-console/(renderer/|main/entry\\.ts$|preload/|vite\\.(config|desktop)\\.ts$)'],
    },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'packages-declared',
    'What is imported is in package.json.',
    { path: '.' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  // The styles of components are made when the pages are built: admin-console/antd-styles.ts.
  rule('resolvable', 'An import leads to a file.', { path: '.' }, { couldNotResolve: true, pathNot: '^antd-styles[.]css$' }),
];

const shape: Rule[] = [
  rule(
    'no-cycles',
    'A cycle means that two files are one. Only types may look back, as they are gone when the code runs.',
    { path: '.' },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
  rule(
    'tests-stay-outside',
    'What runs in the field does not import tests, benches, reference twins or tools.',
    { path: '.', pathNot: [...tests, ...tools] },
    { path: [...tests, '^scripts/'] },
  ),
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'A module that nothing imports is dead, or starts some other way and belongs into the list of entries.',
    from: {},
    module: { path: '\\.tsx?$', pathNot: entries, numberOfDependentsLessThan: 1 },
  },
];

export const forbidden: readonly Rule[] = [...downwardsOnly, ...betweenSlices, ...otherHouses, ...packages, ...shape];
