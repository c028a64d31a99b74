// The leading thread's hand on the kernel: writes parameters and tasks into the training's memory and runs phases, asking between them
// whether anybody has cancelled.

import type { Work } from '../../../core/pool/pool.ts';
import * as at from './kernel/layout.ts';
import { type Kernel, kernelOn, type SharedMemory } from './kernel.ts';
import type { Plan } from './memory.ts';

const taskWords = at.taskBytes / 4;

export class Crew {
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly #plan: Plan;
  readonly #kernel: Kernel;
  readonly #work: Work;
  #tasks = 0;

  constructor(memory: SharedMemory, plan: Plan, work: Work, kernel: Kernel = kernelOn(memory)) {
    this.u32 = new Uint32Array(memory.buffer);
    this.i32 = new Int32Array(memory.buffer);
    this.f32 = new Float32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
    this.#plan = plan;
    this.#kernel = kernel;
    this.#work = work;
    this.place(at.tasksAt, plan.tasks);
  }

  /** A parameter of 32 bits. */
  place(where: number, value: number): void {
    this.u32[where / 4] = value;
  }

  number(where: number, value: number): void {
    this.f64[where / 8] = value;
  }

  /** Begins a list of tasks. */
  begin(): void {
    this.#tasks = 0;
  }

  /** Adds a task; its first words are given, the others are as they were. @returns the index of its first word in `u32` */
  task(...words: number[]): number {
    if (this.#tasks >= this.#plan.mostTasks) throw new Error(`tasks: planned ${this.#plan.mostTasks}, wanted more`);
    const first = this.#plan.tasks / 4 + this.#tasks * taskWords;
    for (let word = 0; word < words.length; word += 1) this.u32[first + word] = words[word]!;
    this.#tasks += 1;
    return first;
  }

  get tasks(): number {
    return this.#tasks;
  }

  clear(cells: number, bytes: number): void {
    this.#kernel.clear(cells, bytes);
  }

  /** Runs the tasks of the list, or so many that need no description. @throws {Fault} `cancelled` */
  run(phase: number, total = this.#tasks): void {
    if (total > 0) this.#kernel.lead(phase, total, this.#plan.threads === 1 ? 1 : 0);
    this.#work.throwIfCancelled();
  }

  /** Sends the helpers home. */
  end(): void {
    this.#kernel.stop();
  }
}
