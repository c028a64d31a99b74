// What is wrong with how the focus is shown, evaluated in the page: empty when it is on something that is marked, within the window and not covered.
(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return 'nothing has the focus';
  const said = `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 40)}" ${element.className}`;
  const field = element.matches('input, textarea, [role=combobox]');
  const chooses = element.matches('input[type=radio], input[type=checkbox], input[type=file]');
  const frames =
    '.ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-input-number-affix-wrapper, .ant-picker, .ant-segmented-item, .ant-radio-button-wrapper, .ant-radio-wrapper, .ant-checkbox-wrapper';
  const frame = (field && element.closest(frames)) || element;
  // What draws the focus of a field: itself, what is around it up to its frame, and the box that stands for a hidden input.
  const drawn = [element];
  for (let at = element; at !== frame && at.parentElement; at = at.parentElement) drawn.push(at.parentElement);
  if (chooses) drawn.push(...frame.querySelectorAll('*'));
  const seen = (color) => color !== 'transparent' && !/, 0\)$/.test(color);
  const marked = drawn.some((one) => {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0 && seen(style.outlineColor);
    return outlined || (field && style.boxShadow !== 'none');
  });
  if (!marked) return `not marked: ${said}`;
  const { left, top, right, bottom, width, height } =
    (chooses ? frame : frame).getClientRects()[0] ?? frame.getBoundingClientRect();
  if (width === 0 || height === 0) return `has no size: ${said}`;
  // What is larger than its place, as the content itself is, cannot be seen as a whole.
  const fits = (from, to, room, size, place) => (size > place ? to > 24 && from < room - 24 : from >= -1 && to <= room + 1);
  const place = document.querySelector('main')?.clientHeight ?? innerHeight;
  if (!fits(left, right, innerWidth, width, innerWidth) || !fits(top, bottom, innerHeight, height, place - 48))
    return `outside of the window (${[left, top, right, bottom].map(Math.round)}): ${said}`;
  const x = Math.min(Math.max((left + right) / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max((top + bottom) / 2, 1), innerHeight - 1);
  const there = document.elementFromPoint(x, y);
  if (!there || !(frame.contains(there) || there.contains(frame)))
    return `covered by ${there?.tagName} ${there?.className}: ${said}`;
  return '';
})();
