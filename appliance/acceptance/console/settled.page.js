// Runs in the page: whether a screen stands there as a whole, with its heading, or with why it does not, and nothing that is still loading.
(() =>
  document.querySelector('main h1, main [role=alert] .anticon-lock, main [role=alert] .anticon-warning') !== null &&
  document.querySelector(
    'main .ant-skeleton, main .ant-spin-spinning, main .ant-btn-loading, main [role=img][aria-busy=true]',
  ) === null)();
