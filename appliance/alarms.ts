// Where alarms come from: what quality, breaking the glass, access review, models and matches tell becomes alarms here and nowhere else, as these never meet.

import { blindIndex } from '../crypto/blind-index.ts';
import type { BreakGlass, Glass } from './core/access/break-glass.ts';
import { parseSyslog, syslogSender } from './core/audit/syslog.ts';
import { textSeal, type Vault } from './core/vault/vault.ts';
import type { Drifted } from './decide/models/models.ts';
import { type MatchGate, matchAlarmOrigin } from './federate/gate.ts';
import type { NodeParts } from './node.ts';
import type { Models } from './node-models.ts';
import type { SourceDirectory } from './node-sources.ts';
import type { AccessReview, Finding } from './oversee/access-review/access-review.ts';
import { Alarms, alarmLimits, type Origin, type Raised } from './oversee/alarms/alarms.ts';
import type { Governance, Alarm as QualityAlarm } from './oversee/governance/governance.ts';

export function openAlarms(
  { store, ports, config }: Pick<NodeParts, 'store' | 'ports' | 'config'>,
  { vault, directory }: { vault: Vault; directory: SourceDirectory },
): Alarms {
  return new Alarms({
    store,
    ports,
    ...textSeal(vault),
    hash: (cause) => blindIndex(vault.indexKey('alarm cause'), 'alarm cause', cause),
    sourceName: (source) => directory.nameOf(source),
    ...(config.auditSyslog !== undefined && { tell: syslogSender(parseSyslog(config.auditSyslog)) }),
  });
}

export function qualityAlarmed(alarms: Alarms, alarm: QualityAlarm): void {
  if (alarm.endedAtMs === undefined) alarms.raise(ofQuality(alarm));
  else alarms.end(ofQuality(alarm), alarm.endedAtMs);
}

export function glassChanged(alarms: Alarms, glass: Glass): void {
  if (glass.review === undefined) alarms.raise(ofGlass(glass));
  else alarms.settle('break_glass', glass.id, glass.review.by);
}

export function findingChanged(alarms: Alarms, finding: Finding): void {
  if (finding.state === 'judged') alarms.settle('access_finding', finding.id, finding.judgement?.by ?? 'system');
  else if (isLoud(finding)) alarms.raise(ofFinding(finding));
}

/** Much of a shift by the usual rule of thumb of the population stability index. */
export function driftChanged(alarms: Alarms, drift: Drifted, nowMs: number): void {
  if (drift.index >= muchDrift) alarms.raise(ofDrift(drift));
  else alarms.end({ kind: 'model_drift', number: drift.version }, nowMs);
}
const muchDrift = 0.25;

/** What stands at each origin and what is settled there, for what a kill or a fault of the store left unsaid. */
export function alarmOrigins(parts: {
  governance: Governance;
  glass: BreakGlass;
  accessReview: AccessReview;
  models: Models;
  federate: { readonly gate: Pick<MatchGate, 'alarms'> };
}): Origin[] {
  const { governance, glass, accessReview, models, federate } = parts;
  const shifted = () => models.serving.drifts.filter(({ index }) => index >= muchDrift);
  return [
    {
      kind: 'quality',
      standing: async () => governance.quality.standing.map(ofQuality),
      unsettled: async () => new Set(governance.quality.standing.map(({ id }) => id)),
    },
    {
      kind: 'break_glass',
      standing: async () => (await glass.list({ open: true, limit: alarmLimits.page })).map(ofGlass),
      unsettled: (numbers) => glass.unreviewed(numbers),
    },
    {
      kind: 'access_finding',
      standing: async () => (await openFindings(accessReview)).filter(isLoud).map(ofFinding),
      unsettled: (numbers) => accessReview.unjudged(numbers),
    },
    {
      kind: 'model_drift',
      standing: async () => shifted().map(ofDrift),
      unsettled: async () => new Set(shifted().map(({ version }) => version)),
    },
    matchAlarmOrigin(federate.gate),
  ];
}

/** The newest of them: as many as there can be open alarms. */
async function openFindings(accessReview: AccessReview): Promise<Finding[]> {
  const found: Finding[] = [];
  for (let before: number | undefined; found.length < alarmLimits.open; ) {
    const { findings, next } = await accessReview.list({ limit: 200, ...(before !== undefined && { before }) });
    found.push(...findings);
    if (next === undefined) break;
    before = next;
  }
  return found;
}

/** A finding that is only a broken glass is the same cause as the glass, which has an alarm. */
function isLoud({ severity, kinds = [] }: Finding): boolean {
  return severity === 'high' && kinds.some((kind) => kind !== 'break_glass');
}

function ofQuality({ id, source, rule, reason, raisedAtMs }: QualityAlarm): Raised {
  return { kind: 'quality', number: id, severity: 'medium', atMs: raisedAtMs, source, rule, reason };
}

function ofGlass({ id, actor, begunAtMs }: Glass): Raised {
  return { kind: 'break_glass', number: id, severity: 'high', atMs: begunAtMs, actor };
}

function ofDrift({ version, atMs }: Drifted): Raised {
  return { kind: 'model_drift', number: version, severity: 'medium', atMs };
}

/** Neither which kind it is nor about whom: that is sealed with the customer's own key, and goes with it. */
function ofFinding({ id, actor, lastAtMs }: Finding): Raised {
  return { kind: 'access_finding', number: id, severity: 'high', atMs: lastAtMs, actor };
}
