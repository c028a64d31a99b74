// The compiled kernels on a memory: what a worker thread computes with. Compiled once a thread; V8 shares the machine code between threads.

import { readFileSync } from 'node:fs';
import { pageBytes } from './memory.ts';

/** kernel/kernel.ts says what each does. All numbers are 32 bits, all places bytes from the start of the memory. */
export type Kernel = {
  lead(phase: number, total: number, alone: number): void;
  help(thread: number): void;
  stop(): void;
  clear(cells: number, bytes: number): void;
  sortNumbers(values: number, count: number, spare: number, counters: number): number;
  assign(values: number, count: number, edges: number, wide: number, missing: number, out: number, stride: number): number;
  predictTree(nodes: number, steps: number, rows: number, count: number, stride: number, margins: number): void;
  interleave(column: number, count: number, out: number, stride: number): void;
};

/** WebAssembly.Memory, shared between threads. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer; grow(pages: number): number };

type CompiledModule = { readonly compiled: unique symbol };
/** What of WebAssembly is used here: the types of Node leave it out, and those of browsers would bring a whole browser. */
const { Memory, Module, Instance } = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
      Module: new (bytes: Uint8Array) => CompiledModule;
      Instance: new (module: CompiledModule, imports: { env: { memory: SharedMemory } }) => { exports: unknown };
    };
  }
).WebAssembly;

const mostPages = 65_536;
let module: CompiledModule | undefined;

export function makeMemory(bytes: number): SharedMemory {
  return new Memory({ initial: Math.ceil(bytes / pageBytes), maximum: mostPages, shared: true });
}

export function kernelOn(memory: SharedMemory): Kernel {
  module ??= new Module(readFileSync(new URL('./kernel/kernel.wasm', import.meta.url)));
  return new Instance(module, { env: { memory } }).exports as Kernel;
}

/** Memory above this is given back after the work that needed it. */
const keptBytes = 256 * 2 ** 20;
let own: { memory: SharedMemory; kernel: Kernel } | undefined;

/** This thread's own memory, at least so big, kept from task to task so that small trainings need not make one. What it holds is anything. */
export function ownKernel(bytes: number): { memory: SharedMemory; kernel: Kernel } {
  if (!own || (own.memory.buffer.byteLength > keptBytes && bytes <= keptBytes)) {
    const memory = makeMemory(bytes);
    own = { memory, kernel: kernelOn(memory) };
  }
  const lacking = bytes - own.memory.buffer.byteLength;
  if (lacking > 0) own.memory.grow(Math.ceil(lacking / pageBytes));
  return own;
}
