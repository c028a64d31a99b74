// Runs in the page: what a payload would have left if any of it had been taken for more than text, and the texts that can be seen, those of fields among
// them.
(() => {
  const amiss = [];
  if (globalThis.hit !== undefined) amiss.push('a payload was run');
  const made = document.querySelectorAll(
    '[onerror], [onload], [onmouseover], [onclick], img[src="x"], [srcdoc], base, object, embed',
  );
  for (const element of made) amiss.push(`an element that no screen makes: ${element.outerHTML.slice(0, 120)}`);
  for (const script of document.scripts)
    if (!script.src && script.text) amiss.push(`a script of the page's own: ${script.text.slice(0, 80)}`);
  for (const element of document.querySelectorAll('[href], [src], [action], [formaction], [*|href]')) {
    for (const name of ['href', 'src', 'action', 'formaction', 'xlink:href']) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const { protocol, origin } = new URL(value, document.baseURI);
      const own =
        origin === location.origin ||
        protocol === 'blob:' ||
        (name === 'src' && protocol === 'data:' && element.localName === 'img') ||
        // That a document has no picture of its own.
        (value === 'data:,' && element.matches('link[rel=icon]'));
      if (!own && !(protocol === 'https:' && element.closest('.react-flow__attribution')))
        amiss.push(`${name} leads to ${value.slice(0, 80)}`);
    }
  }
  for (const wrong of document.querySelectorAll('main [role=alert]:has(> span > .anticon-warning)'))
    amiss.push(`could not be shown: ${wrong.textContent}`);
  const said = [document.body.textContent];
  for (const field of document.querySelectorAll('input, textarea')) said.push(field.value);
  for (const element of document.querySelectorAll('[title], [aria-label]'))
    said.push(element.title, element.getAttribute('aria-label'));
  return { amiss, said: said.filter(Boolean).join('\n') };
})();
