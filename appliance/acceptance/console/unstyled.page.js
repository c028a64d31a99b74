// In the page: components of the library that stand on it and that no rule of any sheet is for. By the first word of their class: ant-btn, ant-table.
(() => {
  const word = /\bant-[a-z]+/g;
  const known = new Set();
  const read = (rules) => {
    for (const rule of rules) {
      for (const name of rule.selectorText?.match(word) ?? []) known.add(name);
      if (rule.cssRules?.length) read(rule.cssRules);
    }
  };
  for (const sheet of document.styleSheets) read(sheet.cssRules);
  const worn = new Set();
  for (const element of document.querySelectorAll('[class*="ant-"]'))
    for (const name of element.classList) if (/^ant-[a-z]+/.test(name)) worn.add(/^ant-[a-z]+/.exec(name)[0]);
  return [...worn].filter((name) => !known.has(name));
})();
