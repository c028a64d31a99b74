// The configuration of a node that is opened to be looked at (a backup brought back, an upgrade before it counts): nothing in it leads out of the machine,
// leaves a word where it could not be taken back, or makes it a member of something.

import type { Config } from './core/config.ts';

/** Settings by which a node reaches others, or is reached by them. */
export const waysOut = [
  ...(['auditSink', 'auditSyslog', 'auditPeers', 'erasureTargets', 'directory', 'backup'] as const),
  ...(['tracing', 'metrics', 'cluster'] as const),
] as const satisfies readonly (keyof Config)[];

export function apartConfig(config: Config): Config {
  const apart = { ...config };
  for (const name of waysOut) delete apart[name];
  return apart;
}
