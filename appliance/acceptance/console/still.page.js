// Whether a screen stands still: nothing of it is loading, and nothing moves. Runs inside the page.
() => {
  const loading = '.ant-spin-spinning, .ant-skeleton, .ant-btn-loading, [aria-busy=true]';
  const busy = [...document.querySelectorAll(loading)].some((element) => element.checkVisibility());
  const moves = document
    .getAnimations()
    .some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity);
  return !busy && !moves && document.fonts.status === 'loaded';
};
