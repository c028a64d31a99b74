// The kernels in WebAssembly: compiles their AssemblyScript and compares it with the artefact in the checkout, so that what a node runs is
// what the source says. `--write` puts the new artefact in place. The compiler is pinned, so that the same source gives the same bytes.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { projectRoot } from './files.ts';

/** Source and artefact of each kernel, from the checkout's root. */
export const kernels: readonly { source: string; artefact: string }[] = [
  {
    source: 'appliance/decide/models/boosting/kernel/kernel.ts',
    artefact: 'appliance/decide/models/boosting/kernel/kernel.wasm',
  },
];

const flags = [
  // Memory is made outside and shared; nothing is allocated inside.
  '--runtime=stub',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
  '--enable=threads',
  '--enable=simd',
  '--optimizeLevel=3',
  '--noAssert',
];

/** @returns the bytes of the artefact @throws {Error} with the compiler's words when the source does not compile */
export async function compileKernel(folder: string, source: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([source, '--baseDir', folder, '--outFile', 'kernel.wasm', ...flags], {
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') bytes = contents as Uint8Array;
    },
  });
  if (error || !bytes) throw new Error(`${source} does not compile: ${stderr.toString() || error?.message}`);
  return bytes;
}

/** The artefacts that differ from what their source gives. */
export async function staleKernels(folder: string): Promise<string[]> {
  const stale: string[] = [];
  for (const { source, artefact } of kernels) {
    const bytes = await compileKernel(folder, source);
    if (!readFileSync(join(folder, artefact)).equals(bytes)) stale.push(artefact);
  }
  return stale;
}

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    for (const { source, artefact } of kernels) {
      const bytes = await compileKernel(projectRoot, source);
      writeFileSync(join(projectRoot, artefact), bytes);
      console.log(`${artefact}: ${bytes.length} bytes`);
    }
  } else {
    const stale = await staleKernels(projectRoot);
    for (const path of stale) console.error(`${path} is not what its source gives: run npm run kernels`);
    console.log(`${kernels.length} kernels, ${stale.length} differ from their source`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  }
}
