// Runs in the page before its own scripts, for the bench of the console: says when a screen is there (its own heading), when it
// shows its data (its own heading, nothing that loads; figures over
// everybody that say themselves how long they have been worked out and can be stopped count as shown), when its last question was answered, and how long
// each question took. All times are the page's own clock.
(() => {
  const loading = '.ant-skeleton, .ant-spin-spinning, .ant-table-loading, [role=img][aria-busy=true]';
  let begunAt = 0;
  let before = null;
  let thereAt;
  let shownAt;
  let open = 0;
  let lastAnswerAt = 0;
  let asked = [];
  const isQuiet = (path) => path === '/health/live';
  const bare = window.fetch;
  window.fetch = async (...args) => {
    const request = args[0] instanceof Request ? args[0] : new Request(args[0], args[1]);
    const path = new URL(request.url).pathname;
    if (isQuiet(path)) return bare(...args);
    const fromMs = performance.now();
    open += 1;
    let status = 0;
    try {
      const answer = await bare(...args);
      status = answer.status;
      return answer;
    } finally {
      open -= 1;
      lastAnswerAt = performance.now();
      asked.push({ name: `${request.method} ${path}`, fromMs, tookMs: lastAnswerAt - fromMs, status });
    }
  };
  const isThere = () => {
    const heading = document.querySelector('#main h1');
    return heading !== null && heading !== before;
  };
  const loads = () =>
    [...(document.querySelector('#main')?.querySelectorAll(loading) ?? [])].some((one) => !one.closest('[data-working]'));
  const look = () => {
    if (!isThere()) thereAt = undefined;
    else thereAt ??= performance.now();
    if (thereAt === undefined || loads()) shownAt = undefined;
    else shownAt ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const begin = (atMs) => {
    begunAt = atMs;
    before = document.querySelector('#main h1');
    thereAt = undefined;
    shownAt = undefined;
    asked = [];
    lastAnswerAt = 0;
  };
  // A screen is left by a click into the menu, whose own time counts.
  addEventListener(
    'click',
    ({ target, timeStamp }) => {
      if (target instanceof Element && target.closest('nav .ant-menu-item')) begin(timeStamp);
    },
    true,
  );
  window.hfWatch = {
    /** Goes to a place of the console as a link in it would. */
    go(path) {
      begin(performance.now());
      history.pushState(null, '', path);
    },
    /** Undefined until the screen has shown its data for `steadyMs`. */
    told(steadyMs) {
      if (shownAt === undefined || performance.now() - shownAt < steadyMs) return undefined;
      const calls = asked.map(({ name, fromMs, tookMs, status }) => ({ name, fromMs: fromMs - begunAt, tookMs, status }));
      return {
        thereMs: thereAt - begunAt,
        shownMs: shownAt - begunAt,
        completeMs: open > 0 ? null : Math.max(shownAt, lastAnswerAt) - begunAt,
        calls,
        wrong: document.querySelector('#main [role="alert"]')?.textContent ?? '',
      };
    },
    waitsFor: () => [...(document.querySelector('#main')?.querySelectorAll(loading) ?? [])].map(({ className }) => className),
  };
})();
