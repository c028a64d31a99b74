// Runs in the page: the texts of the main part that do not fit where they stand, and how much wider than its window the page is.
(() => {
  const amiss = [];
  const main = document.querySelector('main') ?? document.body;
  if (main.scrollWidth > main.clientWidth + 1) amiss.push(`the page is ${main.scrollWidth} wide in ${main.clientWidth}`);
  for (const element of main.querySelectorAll('h1, h2, h3, button, label, th, td, span, a, p, dt, dd')) {
    if (element.children.length > 0 || !element.textContent?.trim()) continue;
    if (element.closest('[aria-hidden="true"], svg')) continue;
    const { overflowX, textOverflow, position } = getComputedStyle(element);
    if (overflowX !== 'hidden' || textOverflow === 'ellipsis' || position === 'absolute') continue;
    if (element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
      amiss.push(element.textContent.trim().slice(0, 60));
  }
  return amiss;
})();
