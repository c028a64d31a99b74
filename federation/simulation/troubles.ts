// What people can do to a match that is under way: an officer says no, or a member is removed or leaves.

import { drawsOf } from './draws.ts';
import type { Trouble } from './match-run.ts';
import type { Member } from './member.ts';

/** An officer of either side says no at some step. */
export function stopping(seed: number): Trouble {
  const draws = drawsOf(seed, 'trouble');
  const who = draws.pick(['initiator', 'responder'] as const);
  return {
    atStep: draws.next(seed % 2 === 0 ? 150 : 60),
    act: async (run) => {
      const member = run[who];
      if (!run.viewOf(member)) return;
      await member.act(() => member.matches.stop(run.session, { officer: 'Officer No', reason: 'canary no' }));
    },
  };
}

/** The founder removes one of the two, or the two's partner leaves. */
export function removing(seed: number): Trouble {
  const draws = drawsOf(seed, 'trouble');
  const how = draws.pick(['removed', 'revoked', 'left'] as const);
  return {
    atStep: draws.next(120),
    act: async ({ world, initiator, responder }) => {
      const [founder] = world.members as [Member];
      const gone = draws.shuffle([initiator, responder]).find((member) => member !== founder)!;
      const { federation } = world;
      const acting = how === 'left' ? gone : founder;
      await acting.act(() =>
        how === 'left'
          ? gone.belonging.leave(federation, 'enough')
          : founder.belonging.remove(federation, gone.id, how, 'a breach'),
      );
    },
  };
}
