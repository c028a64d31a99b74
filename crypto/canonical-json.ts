// One text for one JSON value, whatever order a program keeps members in: what is signed of receipts. Members are sorted by UTF-16 code units and
// nothing stands between, as in RFC 8785; numbers and strings are as JSON.stringify writes them, which is what that asks for.

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`;
}
