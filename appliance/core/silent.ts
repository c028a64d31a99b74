// Switches off what libraries would tell their makers, before any of them is loaded: nothing leaves the house. onnxruntime has had a sender since 1.29 which
// keeps an id of the machine and what is to be sent under the home folder, and sends it from the first session on (file and graph names of models, times,
// the program's path) unless this stands in the environment of the process by then. A thread cannot say it, as it has a copy of that: so the program says it
// first of all (main.ts), and whoever loads the library says it for processes that begin elsewhere.

process.env.ORT_DISABLE_TELEMETRY = '1';
