// Opens the source of a quote or a passage beside the results. All text is put in as text, never as HTML.

const PHONE = matchMedia("(max-width: 900px)");
const OPEN = "ks-source-open";

let panel = null; // made when it is first needed
let opener = null; // what had the focus before
let loading = null; // ends a request that has been overtaken

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function makePanel() {
  const made = element("aside", "ks-source");
  made.id = "ks-source";
  made.tabIndex = -1;
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-labelledby", "ks-source-title");
  const close = element("button", "ks-close", "Close");
  close.type = "button";
  close.addEventListener("click", closeSource);
  const body = element("div", "ks-source-body");
  body.setAttribute("aria-live", "polite");
  made.append(close, body);
  document.body.append(made);
  return made;
}

function show(...parts) {
  const body = panel.querySelector(".ks-source-body");
  body.replaceChildren(...parts);
  body.scrollTop = 0;
}

function heading(text) {
  const title = element("h2", "ks-source-title", text);
  title.id = "ks-source-title";
  return title;
}

function sentence(title, text) {
  show(heading(title), element("p", "ks-source-note", text));
}

async function openSource(button) {
  panel ??= makePanel();
  opener = button;
  loading?.abort();
  loading = new AbortController();
  mark(button);
  document.documentElement.classList.add(OPEN);
  panel.hidden = false;
  onPhone();
  sentence("Source", "Opening the page…");
  panel.focus({ preventScroll: true });
  const { passage, quote } = button.dataset;
  const address = `/source/${encodeURIComponent(passage)}${quote ? `?quote=${encodeURIComponent(quote)}` : ""}`;
  try {
    const response = await fetch(address, { signal: loading.signal });
    const found = await response.json();
    if (response.ok) showSource(found);
    else sentence("Source", typeof found.detail === "string" ? found.detail : "This source can't be shown.");
  } catch (error) {
    if (error.name !== "AbortError") sentence("Source", "The archive does not answer. Is it still running?");
  }
}

function showSource(source) {
  const place = [source.date, pagesOf(source), source.section].filter(Boolean).join(" · ");
  const who = source.speakers.length ? [element("p", "ks-who", source.speakers.join(", "))] : [];
  const note = source.note ? [element("p", "ks-source-note", source.note)] : [];
  const text = element("blockquote", "ks-source-text", source.text);
  const figures = source.pages.map((page) => figureOf(page, source.file));
  const file = source.pages.length ? [] : [element("p", "ks-source-file", source.file)];
  show(heading(source.title), element("p", "ks-source-place", place), ...who, ...note, ...figures, text, ...file);
}

function pagesOf(source) {
  const pages = source.pages.map((page) => page.page);
  if (!pages.length) return "";
  return pages.length === 1 ? `page ${pages[0]}` : `pages ${pages[0]}–${pages.at(-1)}`;
}

function figureOf(page, file) {
  const figure = element("figure", "ks-page-figure");
  const sheet = element("div", "ks-sheet");
  sheet.style.aspectRatio = `${page.width} / ${page.height}`;
  const image = element("img");
  image.alt = `Page ${page.page} of the session pack. The passage is outlined; its words stand below.`;
  image.addEventListener("load", () => sheet.classList.add("ks-loaded"));
  image.addEventListener("error", () => sheet.replaceWith(element("p", "ks-source-note", "This page can't be drawn.")));
  image.src = page.image;
  sheet.append(image, ...page.tinted.map((area) => areaOf(area, "ks-tint")));
  sheet.append(...page.outlines.map((area) => areaOf(area, "ks-outline")));
  const larger = element("a", "", "Open larger");
  Object.assign(larger, { href: page.image, target: "_blank", rel: "noopener" });
  const caption = element("figcaption");
  caption.append(element("span", "", `Page ${page.page} of ${file}`), larger);
  figure.append(sheet, caption);
  return figure;
}

function areaOf(area, className) {
  const made = element("div", className);
  made.setAttribute("aria-hidden", "true");
  for (const side of ["left", "top", "width", "height"]) made.style[side] = `${area[side]}%`;
  return made;
}

function closeSource() {
  if (!isOpen()) return;
  loading?.abort();
  panel.hidden = true;
  document.documentElement.classList.remove(OPEN);
  onPhone();
  mark(null);
  const back = opener?.isConnected ? opener : document.querySelector("#ks-question textarea, #ks-question input");
  back?.focus({ preventScroll: true });
}

function isOpen() {
  return panel !== null && !panel.hidden;
}

// On a phone the source covers the page, so nothing behind it can be reached.
function onPhone() {
  const covered = isOpen() && PHONE.matches;
  document.querySelector("gradio-app")?.toggleAttribute("inert", covered);
  panel?.toggleAttribute("aria-modal", covered);
  if (covered) panel.setAttribute("aria-modal", "true");
}

function mark(button) {
  for (const marked of document.querySelectorAll(".ks-current")) marked.classList.remove("ks-current");
  button?.closest(".ks-quote, .ks-card")?.classList.add("ks-current");
}

document.addEventListener("click", (event) => {
  const place = event.target.closest?.(".ks-open, .ks-card");
  if (!place) return;
  const button = place.matches(".ks-open") ? place : place.querySelector(".ks-open");
  const selecting = place !== button && String(getSelection()) !== "";
  if (button && !selecting) openSource(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen()) closeSource();
});

PHONE.addEventListener("change", onPhone);

// The lists of the filters scroll, so the Tab key would stop on them; they close as it does, and the focus is lost.
new MutationObserver(() => {
  for (const list of document.querySelectorAll("[role=listbox]:not([tabindex])")) list.tabIndex = -1;
}).observe(document.body, { childList: true, subtree: true });
