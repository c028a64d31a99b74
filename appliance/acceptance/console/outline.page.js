// What a screen consists of, as lines in the order of the page: headings, menu, labels, heads of columns, buttons. Values are left out: what stands in cells,
// in the values of a description, in a timeline or in a chart. Runs inside the page; `names` are what people and customers are called.
(names) => {
  const kinds = [
    ['heading', 'h1, h2, h3, h4, .ant-card-head-title, .ant-modal-title'],
    ['menu', '[role=menuitem]'],
    ['tab', '[role=tab]'],
    ['label', 'label, .ant-descriptions-item-label, .ant-statistic-title'],
    ['column', 'thead th'],
    ['button', 'button, [role=button]'],
  ];
  const everything = kinds.map(([, selector]) => selector).join(', ');
  const values = 'tbody td:not(.ant-descriptions-item), .ant-descriptions-item-content, .ant-timeline, .react-flow, svg, iframe';
  const told = (element) => {
    const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const named = names.reduce((text, name) => text.replaceAll(name, '…'), label);
    return named
      .replace(/\s+/g, ' ')
      .replace(/([\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, '$1')
      .replace(/[\d.,]*\d/g, '0')
      .replace(/0 (second|minute|hour)s? ago|0(秒钟|分钟|小时)前/g, '…')
      .trim();
  };
  const lines = [];
  for (const element of document.querySelectorAll(everything)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('[aria-hidden=true]')) continue;
    const [kind] = kinds.find(([, selector]) => element.matches(selector));
    if (kind !== 'column' && element.closest(values)) continue;
    const text = told(element);
    if (text !== '' && !/^0$/.test(text)) lines.push(`${kind}: ${text}`);
  }
  return [...new Set(lines)];
};
