// Questions of the screens, put while a screen is drawn: the query library puts one when the component stands, a drawing later, and the answer of
// the node would wait for it. What was never asked is asked at once; everything else (age, asking again, faults) stays the library's.

import {
  type DefaultError,
  type InfiniteData,
  type InfiniteQueryObserverOptions,
  type QueryClient,
  type QueryKey,
  type QueryObserverOptions,
  useInfiniteQuery as useInfiniteQueryOfLibrary,
  useQueryClient,
  useQuery as useQueryOfLibrary,
} from '@tanstack/react-query';

/** Whether this is to be asked now: allowed, and neither answered nor under way. */
const isNew = (client: QueryClient, queryKey: QueryKey, enabled: unknown) =>
  (enabled === undefined || enabled === true) && client.getQueryState(queryKey) === undefined;

// Faults are told to the component, which takes the question over.
const leave = () => undefined;

export function useQuery<TQueryFnData, TError = DefaultError, TData = TQueryFnData, TKey extends QueryKey = QueryKey>(
  options: QueryObserverOptions<TQueryFnData, TError, TData, TQueryFnData, TKey> & { queryKey: TKey },
) {
  const client = useQueryClient();
  const { select: _, enabled, ...question } = options;
  if (isNew(client, options.queryKey, enabled))
    client.query<TQueryFnData, TError, TQueryFnData, TQueryFnData, TKey>(question).catch(leave);
  return useQueryOfLibrary(options);
}

export function useInfiniteQuery<
  TQueryFnData,
  TError = DefaultError,
  TData = InfiniteData<TQueryFnData>,
  TKey extends QueryKey = QueryKey,
  TPageParam = unknown,
>(options: InfiniteQueryObserverOptions<TQueryFnData, TError, TData, TKey, TPageParam> & { queryKey: TKey }) {
  const client = useQueryClient();
  const { select: _, enabled, ...question } = options;
  if (isNew(client, options.queryKey, enabled)) client.infiniteQuery(question).catch(leave);
  return useInfiniteQueryOfLibrary(options);
}
