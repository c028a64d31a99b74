// A session of onnxruntime: one place that says with which options graphs run here, on the processor and in one thread, so that sums are
// added in the order of the graph and many sessions do not fight over the cores.

import { InferenceSession } from './library.ts';

function sessionOptions(): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Errors come as exceptions; warnings of the library are not our log.
    logSeverityLevel: 4,
  };
}

/** @throws {Error} with the library's words when it cannot load the graph */
export function openSession(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, sessionOptions());
}
