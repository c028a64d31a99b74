// A decision about who is who, said with a way back: the toast that tells of it takes it back.

import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex } from 'antd';
import { useCallback } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { offerKeys } from '../../parts/keys.ts';
import { useMay } from '../../parts/session.ts';
import { useProven } from '../../parts/step-up.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  undo: { en: 'Undo', zh: '撤销' },
  undoKey: { en: 'Undo (U)', zh: '撤销 (U)' },
  undone: { en: 'Taken back', zh: '已撤销' },
  failed: { en: 'It could not be taken back', zh: '无法撤销' },
  reason: { en: 'undone at once', zh: '立即撤销' },
} as const;

/** How long the way back is offered. */
const offeredS = 12;

/** @returns says what was done, with a button that takes the decision back */
export function useUndo(): (done: Words, decisionId: number, onUndone?: () => void) => void {
  const say = useSay();
  const may = useMay();
  const client = useQueryClient();
  const proven = useProven();
  const { message } = App.useApp();
  return useCallback(
    (done, decisionId, onUndone) => {
      const key = `decision ${decisionId}`;
      let ended = () => {};
      const undo = async () => {
        ended();
        message.destroy(key);
        try {
          await proven(() =>
            unwrap(
              api.POST('/api/identity/decisions/{decisionId}/retract', {
                params: { path: { decisionId } },
                body: { reason: say(words.reason) },
              }),
            ),
          );
          void message.success(say(words.undone));
          await client.invalidateQueries({ queryKey: ['profiles'] });
          onUndone?.();
        } catch {
          void message.error(say(words.failed));
        }
      };
      const content = (
        <Flex gap={space.small} align="center" component="span">
          {say(done)}
          {may('identity.retract') && (
            <Button size="small" type="link" onClick={() => void undo()}>
              {say(words.undoKey)}
            </Button>
          )}
        </Flex>
      );
      // A toast stands at no place that the tab key comes by in time.
      if (may('identity.retract')) ended = offerKeys([{ keys: ['u'], name: words.undo, act: () => void undo() }]);
      void message.open({ key, type: 'success', content, duration: offeredS, onClose: () => ended() });
    },
    [say, may, client, proven, message],
  );
}
