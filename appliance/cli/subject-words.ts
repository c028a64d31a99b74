// What the commands about rights of the person have in common.

import { type Api, connect } from './connect.ts';
import type { CliContext } from './context.ts';

export async function within<T>(context: CliContext, work: (api: Api) => Promise<T>): Promise<T> {
  const api = await connect(context);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

export const requestPath = (id: number, rest = '') => `/api/subject-requests/${id}${rest}`;

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
