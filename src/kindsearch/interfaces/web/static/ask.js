// What only the page for asking needs.

// The lists of the filters scroll, so the Tab key would stop on them; they close as it does, and the focus is lost.
new MutationObserver(() => {
  for (const list of document.querySelectorAll("[role=listbox]:not([tabindex])")) list.tabIndex = -1;
}).observe(document.body, { childList: true, subtree: true });
