// Microsoft SEAL as WebAssembly (node-seal), loaded when it is first needed and once in each thread. What it takes from outside goes through
// here: its randomness, its memory, and its C++ exceptions, which come out as HeError.
//
// SEAL draws 64 bytes for each key and each encryption through WASI's random_get, and stretches them by BLAKE2Xb. It has no setting for a seed
// in node-seal, so the import itself is replaced. Its heap is not overwritten when memory is freed: what keys and plaintexts leave there stays
// until something else is written over it. A process that holds secret keys should end, or let the thread end, when it has decrypted.

import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import initialize, { type MainModule } from 'node-seal';
import { HeError } from './errors.ts';

type Memory = { readonly buffer: ArrayBuffer };
type Imports = { readonly [part: string]: { [name: string]: unknown } };
type Instance = { readonly exports: { readonly [name: string]: unknown } };
type CompiledModule = { readonly compiled: unique symbol };
/** What of WebAssembly is used here: the types of Node leave it out, and those of browsers would bring a whole browser. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new () => Memory;
      Module: new (bytes: Uint8Array) => CompiledModule;
      Instance: new (module: CompiledModule, imports: Imports) => Instance;
      Exception: new () => object;
    };
  }
).WebAssembly;

export type Random = { bytes(length: number): Uint8Array };

export type Seal = {
  readonly module: MainModule;
  /** Runs something that draws randomness, from the given port instead of the system. Synchronous, as is all of SEAL once it is loaded. */
  drawing<Result>(random: Random | undefined, work: () => Result): Result;
  /** Size of SEAL's memory in this thread; it never shrinks. */
  memoryBytes(): number;
};

let loading: Promise<Seal> | undefined;

/** The one of this thread. @throws {Error} when the package is not what we know */
export function loadSeal(): Promise<Seal> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Seal> {
  const binary = await readFile(new URL('seal_throws.wasm', import.meta.resolve('node-seal')));
  let memory: Memory | undefined;
  let source: Random | undefined;
  const module = await initialize({
    instantiateWasm(imports: Imports, receive: (instance: Instance) => void) {
      replaceRandomness(imports, (place, length) => {
        const target = new Uint8Array(memory!.buffer, place >>> 0, length >>> 0);
        if (source) target.set(source.bytes(target.length));
        else randomFillSync(target);
      });
      const instance = new wasm.Instance(new wasm.Module(binary), imports);
      memory = Object.values(instance.exports).find((value): value is Memory => value instanceof wasm.Memory);
      if (!memory) throw new Error('node-seal: expected a build that exports its memory');
      receive(instance);
      return {};
    },
  });
  return {
    module,
    drawing(random, work) {
      source = random;
      try {
        return work();
      } finally {
        source = undefined;
      }
    },
    memoryBytes: () => memory!.buffer.byteLength,
  };
}

/** Imports have names of one letter; the function behind keeps its own. */
function replaceRandomness(imports: Imports, fill: (place: number, length: number) => void): void {
  for (const part of Object.values(imports)) {
    const name = Object.keys(part).find((key) => (part[key] as { name?: string } | undefined)?.name === '_random_get');
    if (name === undefined) continue;
    part[name] = (place: number, length: number) => {
      fill(place, length);
      return 0;
    };
    return;
  }
  throw new Error('node-seal: expected a build that imports random_get');
}

type Exceptions = {
  getExceptionMessage(error: unknown): [type: string, message: string];
  decrementExceptionRefcount(error: unknown): void;
};

/**
 * Calls SEAL, whose exceptions are C++ objects in its memory.
 * @throws {HeError} 'transparent' for a result that everybody could read, 'seal' for anything else that SEAL throws
 */
export function calling<Result>(seal: Seal, what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof wasm.Exception)) throw error;
    const exceptions = seal.module as unknown as Exceptions;
    const [, text] = exceptions.getExceptionMessage(error);
    exceptions.decrementExceptionRefcount(error);
    throw new HeError(text.includes('transparent') ? 'transparent' : 'seal', `${what}: ${text}`);
  }
}
