// Runs in the page: answers once it wears the scheme and nothing on it has moved for three frames. What moves without an end (a spinner) is not
// waited for.
async (scheme) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const moves = ({ playState, effect }) =>
    playState === 'running' && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
  for (let still = 0; still < 3; ) {
    await frame();
    const waits = document.documentElement.style.colorScheme !== scheme || document.getAnimations().some(moves);
    still = waits ? 0 : still + 1;
  }
};
