// The kernels of gradient-boosted trees, compiled to WebAssembly by scripts/kernels.ts; kernel.wasm beside this is what nodes run. The language is
// AssemblyScript: TypeScript's words with the machine's types. tsc therefore leaves this folder out; `npm run check` compiles it instead and compares.

export { assign, sortNumbers } from './binning';
export { help, lead, stop } from './crew';
export { clear } from './histogram';
export { interleave, predictTree } from './predict';
