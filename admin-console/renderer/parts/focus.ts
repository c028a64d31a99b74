// Where the focus goes when what had it is gone: back to the control that opened a dialog or a menu, and to the content where a link led to another page.
// Within a page it is left to the browser, which goes on from where the element was.

const containers = '[role=dialog], .ant-dropdown, .ant-popover';

/** A dialog, menu or bubble, and what had the focus before it. */
const openers = new WeakMap<Element, Element>();

const seen = (element: Element): element is HTMLElement =>
  element instanceof HTMLElement && element.isConnected && element.checkVisibility();

/** Through menus that closed when they opened a dialog, to the first that is still there. */
function openerOf(element: Element): HTMLElement | undefined {
  let at: Element | undefined = element;
  for (let steps = 0; at && steps < 10; steps += 1) {
    const container: Element | null = at.closest(containers);
    at = container ? openers.get(container) : undefined;
    if (at && seen(at)) return at;
  }
  return undefined;
}

/** Whether the focus only comes back to the container, from one that was opened within it. */
function comesBack(container: Element, from: Element): boolean {
  const other = from.closest(containers);
  const opener = other ? openers.get(other) : undefined;
  return opener !== undefined && container.contains(opener);
}

/** A dialog gives the focus to its first button, which closes it: what is asked for comes before. */
function toFirstField(dialog: Element, focused: Element): void {
  if (!focused.matches('.ant-modal-close')) return;
  const fields = dialog.querySelectorAll<HTMLElement>(
    '.ant-modal-body :is(input:not([type=hidden]), textarea, [role=combobox]):enabled',
  );
  [...fields].find(seen)?.focus({ preventScroll: true });
}

/** Brings what lies in a place that scrolls into sight. The browser's own way would also move where the Tab key goes on from. */
export function showWithin(place: Element, element: Element): void {
  const [own, wanted] = [place.getBoundingClientRect(), element.getBoundingClientRect()];
  if (wanted.top < own.top) place.scrollTop -= own.top - wanted.top;
  else if (wanted.bottom > own.bottom) place.scrollTop += wanted.bottom - own.bottom;
}

/** @param main the content of the page @returns ends it */
export function keepFocus(main: () => HTMLElement | null): () => void {
  let last: { element: Element; path: string } | undefined;
  let tabbed = false;
  const focused = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    const before = last?.element;
    last = { element: target, path: location.pathname };
    const container = target.closest(containers);
    if (!container || (before && (container.contains(before) || comesBack(container, before)))) return;
    // Past its last control a dialog takes the focus back from the page: nothing was opened.
    if (tabbed && openers.has(container)) return;
    if (before) openers.set(container, before);
    toFirstField(container, target);
  };
  const changed = () => {
    if (!last || (document.activeElement !== document.body && document.activeElement !== null) || seen(last.element)) return;
    const { element, path } = last;
    last = undefined;
    const opener = openerOf(element);
    if (opener) opener.focus({ preventScroll: true });
    else if (path !== location.pathname || element.closest(containers)) main()?.focus({ preventScroll: true });
  };
  const pressed = (event: KeyboardEvent) => {
    const { key, target } = event;
    tabbed = key === 'Tab';
    if (!(target instanceof Element)) return;
    // In a list where several are chosen, the library takes Tab for another choice as long as the list is open, so that one could not go on.
    if (key === 'Tab' && target.closest('.ant-select-multiple')) event.stopPropagation();
    // What a menu opens has the focus before the key is up, and would be pressed by it.
    if (key === 'Enter' && target.closest('[role=menuitem]')) event.preventDefault();
  };
  const pointed = () => {
    tabbed = false;
  };
  const watch = new MutationObserver(changed);
  watch.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', focused);
  document.addEventListener('keydown', pressed, true);
  document.addEventListener('pointerdown', pointed, true);
  return () => {
    watch.disconnect();
    document.removeEventListener('focusin', focused);
    document.removeEventListener('keydown', pressed, true);
    document.removeEventListener('pointerdown', pointed, true);
  };
}
