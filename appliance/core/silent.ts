// Switches off what libraries would tell their makers, before any of them is loaded: nothing leaves the house. onnxruntime has had a sender since 1.29 which
// keeps an id of the machine and what is to be sent under the home folder, and sends it from the first session on (file and graph names of models, times,
// the program's path) unless this stands in the environment of the process by then. In a thread it comes too late: threads have a copy.

/** For the environment of processes that load such a library. */
export const silence = { ORT_DISABLE_TELEMETRY: '1' } as const;

Object.assign(process.env, silence);
