// Work that must not run beside itself: each piece begins when the one before it has ended, however that ended.

export type OneByOne = <T>(work: () => Promise<T>) => Promise<T>;

/** A row of its own to stand in. What is given settles as the work does. */
export function oneByOne(): OneByOne {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };
}
