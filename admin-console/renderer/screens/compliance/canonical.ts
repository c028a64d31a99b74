// One text for one JSON value, whatever order its members came in: what receipts are signed over (RFC 8785 for values that JSON.stringify writes).

export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((inner) => canonicalJson(inner)).join(',')}]`;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  // By UTF-16 code units: what comparing strings does.
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`;
}
