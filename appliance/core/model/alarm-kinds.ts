// What alarms are about. Who raises them, counts them and may see them are slices apart.

export const alarmKinds = ['quality', 'break_glass', 'access_finding', 'model_drift', 'match_enumeration', 'upgrade'] as const;
export type AlarmKind = (typeof alarmKinds)[number];
