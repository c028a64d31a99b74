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

/** @param main the content of the page @returns ends it */
export function keepFocus(main: () => HTMLElement | null): () => void {
  let last: { element: Element; path: string } | undefined;
  const focused = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    const container = target.closest(containers);
    if (container && last && !container.contains(last.element) && !openers.has(container)) openers.set(container, last.element);
    last = { element: target, path: location.pathname };
  };
  const changed = () => {
    if (!last || (document.activeElement !== document.body && document.activeElement !== null) || seen(last.element)) return;
    const { element, path } = last;
    last = undefined;
    const opener = openerOf(element);
    if (opener) opener.focus({ preventScroll: true });
    else if (path !== location.pathname || element.closest(containers)) main()?.focus({ preventScroll: true });
  };
  const watch = new MutationObserver(changed);
  watch.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', focused);
  return () => {
    watch.disconnect();
    document.removeEventListener('focusin', focused);
  };
}
