// What only the page for asking needs: its state in the address, ways to other states, copying, rating, recent questions.

import { copyOf } from "./copying.js";
import { showRatings } from "./rating.js";
import { asked } from "./recent.js";

const FOUND = "#ks-found";
const WAIT = 20; // milliseconds between looks for Gradio's field
let shown = null; // the address of what stands on the page
const goneTo = new Set(); // addresses on their way that the browser went to itself: they stand in its history
let focusNext = false; // whether what was clicked goes away with the results it stood in

// ---------------------------------------------------------------- the address

// The address without the source beside the page, in one way of writing.
function plain(address) {
  const given = new URL(address, location.href).searchParams;
  for (const name of ["source", "quote"]) given.delete(name);
  given.sort();
  return String(given);
}

// Gradio listens to a hidden field, the only way for a script to ask for a state of the page.
function goTo(address) {
  const field = document.querySelector("#ks-address :is(textarea, input)");
  if (!field) {
    setTimeout(() => goTo(address), WAIT);
    return;
  }
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  set.call(field, address);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
}

// The first address as the page writes it, with the source that is open.
function withSource(address) {
  const target = new URL(address, location.href);
  for (const [name, value] of new URL(location.href).searchParams) {
    if (["source", "quote"].includes(name)) target.searchParams.set(name, value);
  }
  return target;
}

function isShown(state) {
  const address = state.dataset.address;
  const isFirst = shown === null;
  shown = address;
  document.documentElement.classList.remove("ks-arriving");
  if (isFirst) history.replaceState(null, "", withSource(address));
  else if (plain(address) !== plain(location.href)) {
    if (goneTo.has(plain(address))) return; // the browser has gone on since
    history.pushState(null, "", address);
  }
  goneTo.clear();
  document.dispatchEvent(new Event("ks-address"));
  const title = state.querySelector(".ks-asked");
  if (title) asked(title.textContent, address);
  showRatings(state);
  if (focusNext && title) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  focusNext = false;
}

let last = null;
new MutationObserver(() => {
  const state = document.querySelector(`${FOUND} .ks-state`);
  if (state && state !== last) {
    last = state;
    isShown(state);
  }
}).observe(document.body, { childList: true, subtree: true });

addEventListener("popstate", () => {
  if (shown !== null && plain(shown) === plain(location.href) && !goneTo.size) return;
  goneTo.add(plain(location.href));
  goTo(location.pathname + location.search);
});

// Links to other states of this page are followed without leaving it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`${FOUND} a[href^="/?"], #ks-recent a`);
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  focusNext = true;
  goTo(link.getAttribute("href"));
});

// ---------------------------------------------------------------- copying

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-link]");
  if (button) copyOf(button, button.matches("[data-copy-link]") ? location.href : JSON.parse(button.dataset.copy));
});

// ---------------------------------------------------------------- Gradio's lists

const FILTER = "#ks-filters input";
let entered = null; // the filter that is clicked while the focus is elsewhere

// What is typed replaces what a filter shows. After the Tab key the browser has selected that; after a click it has not.
document.addEventListener("mousedown", ({ target }) => {
  entered = target.matches?.(FILTER) && target !== document.activeElement ? target : null;
});
document.addEventListener("click", ({ target }) => {
  if (target === entered && target.selectionStart === target.selectionEnd) target.select();
});

// A filter that is left with one choice in its list takes that: Gradio would forget what was typed.
document.addEventListener("blur", ({ target }) => {
  if (!target.matches?.(`${FILTER}[aria-expanded="true"]`)) return;
  const list = document.getElementById(target.getAttribute("aria-controls"));
  const [choice, ...others] = list?.querySelectorAll("[role=option]") ?? [];
  if (choice && !others.length) choice.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
}, true);

// Gradio hears of the Tab key only when the focus has gone, and would open the list of the filter that was left.
document.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && event.target.matches?.(FILTER)) event.stopPropagation();
}, true);

// The lists scroll, so the Tab key would stop on them; they close as it does, and the focus is lost.
new MutationObserver(() => {
  for (const list of document.querySelectorAll("[role=listbox]:not([tabindex])")) list.tabIndex = -1;
}).observe(document.body, { childList: true, subtree: true });

// ---------------------------------------------------------------- the beginning

if (location.search) document.documentElement.classList.add("ks-arriving");
goTo(location.pathname + location.search);
