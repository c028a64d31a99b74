// Keeps Node's notices about experimental parts of Web Crypto (ML-KEM and its relatives, which wrap secrets between members of a federation) off
// standard error: they say nothing to whoever runs the node, and a program that reads our errors as JSON would stumble over them. Every other
// warning comes through.

const emit = process.emitWarning.bind(process) as (...given: unknown[]) => void;

process.emitWarning = ((...given: unknown[]): void => {
  const [warning, kind] = given;
  if (kind === 'ExperimentalWarning' && /Web Crypto API/.test(String(warning))) return;
  emit(...given);
}) as typeof process.emitWarning;
