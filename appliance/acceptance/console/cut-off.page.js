// Runs in the page: the texts of the main part that do not fit where they stand, how much wider than its window the page is, and what of its frame is out
// of reach.
(() => {
  const amiss = [];
  /** Of the lines themselves: a cell is as high as its neighbours. */
  const heightOfText = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect().height;
  };
  const main = document.querySelector('main') ?? document.body;
  if (main.scrollWidth > main.clientWidth + 1) amiss.push(`the page is ${main.scrollWidth} wide in ${main.clientWidth}`);
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth)
    amiss.push(`the window is ${page.clientWidth} wide, what is in it ${page.scrollWidth}`);
  // What scrolls is reached by scrolling; the frame around the screen does not.
  for (const element of document.querySelectorAll('header button, header .ant-select, nav [role="menuitem"]')) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && (left < 0 || right > page.clientWidth + 1))
      amiss.push(`outside the window: ${element.textContent.slice(0, 60)}`);
  }
  for (const element of main.querySelectorAll('h1, h2, h3, button, label, th, td, span, a, p, dt, dd')) {
    if (element.children.length > 0 || !element.textContent?.trim()) continue;
    if (element.closest('[aria-hidden="true"], svg')) continue;
    const { overflowX, textOverflow, position } = getComputedStyle(element);
    if (element.clientWidth > 0 && element.clientWidth < 44 && heightOfText(element) > 60)
      amiss.push(`squeezed to ${element.clientWidth}: ${element.textContent.trim().slice(0, 60)}`);
    if (overflowX !== 'hidden' || textOverflow === 'ellipsis' || position === 'absolute') continue;
    if (element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
      amiss.push(element.textContent.trim().slice(0, 60));
  }
  return amiss;
})();
