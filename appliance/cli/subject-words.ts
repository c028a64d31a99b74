// What the commands about rights of the person have in common.

export const requestPath = (id: number, rest = '') => `/api/subject-requests/${id}${rest}`;

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
