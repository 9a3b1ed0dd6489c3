// Opens the source of a quote or a passage beside the page. All text is put in as text, never as HTML.

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
  sentence("Source", "Opening the source…");
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
  const head = [heading(source.title), element("p", "ks-source-place", place)];
  if (source.pages.length && source.speakers.length) head.push(element("p", "ks-who", source.speakers.join(", ")));
  if (source.moment) head.push(momentOf(source.moment, source.is_written ? "Written" : "Said"));
  if (source.remark) head.push(element("p", "ks-source-remark", source.remark));
  if (source.note) head.push(element("p", "ks-source-note", source.note));
  if (source.pages.length) {
    const figures = source.pages.map((page) => figureOf(page, source.file));
    show(...head, ...figures, element("blockquote", "ks-source-text", source.text));
  } else {
    const turns = conversationOf(source.turns);
    show(...head, turns, element("p", "ks-source-file", source.file));
    const asked = turns.querySelector("mark") ?? turns.querySelector(".ks-turn:not(.ks-around)");
    const lowest = panel.getBoundingClientRect().bottom;
    if (asked?.getBoundingClientRect().bottom > lowest) asked.scrollIntoView({ block: "center" });
  }
}

function momentOf(moment, verb) {
  const said = element("p", "ks-source-moment", `${verb} at ${moment.time}`);
  if (moment.video) {
    const link = linkTo(moment.video, moment.is_exact ? "watch" : moment.label.toLowerCase());
    link.setAttribute("aria-label", moment.label);
    said.append(" — ", link);
  }
  return said;
}

function linkTo(address, text) {
  const link = element("a", "", text);
  if (/^https?:/i.test(address)) Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer" });
  return link;
}

// What was said around the passage, a turn on a line; a name stands where another person begins to speak.
function conversationOf(turns) {
  const list = element("div", "ks-turns");
  let speaker = null;
  for (const turn of turns) {
    const outside = turn.words.every((words) => words.part === "around");
    const line = element("p", outside ? "ks-turn ks-around" : "ks-turn");
    if (turn.speaker && turn.speaker !== speaker) line.append(element("strong", "ks-who", turn.speaker), " ");
    speaker = turn.speaker;
    if (turn.moment) line.append(timeOf(turn.moment), " ");
    for (const { text, part } of turn.words) line.append(part === "quote" ? element("mark", "", text) : element("span", `ks-${part}`, text));
    list.append(line);
  }
  return list;
}

function timeOf(moment) {
  if (!moment.is_exact) return element("span", "ks-time", moment.time);
  const link = linkTo(moment.video, moment.time);
  link.className = "ks-time";
  link.title = moment.label;
  return link;
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
  image.addEventListener("error", () => explain(figure, page));
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

// Why there is no picture: its file is gone, or somebody on the page asked to be forgotten.
async function explain(figure, page) {
  let why = "This page can't be drawn.";
  try {
    const found = await fetch(page.image).then((response) => response.json());
    if (typeof found.detail === "string") why = found.detail;
  } catch {
    // then there is nothing more to say
  }
  figure.replaceWith(element("p", "ks-source-note", why));
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
  document.querySelector("gradio-app, .ks-frame")?.toggleAttribute("inert", covered);
  panel?.toggleAttribute("aria-modal", covered);
  if (covered) panel.setAttribute("aria-modal", "true");
}

function mark(button) {
  for (const marked of document.querySelectorAll(".ks-current")) marked.classList.remove("ks-current");
  button?.closest(".ks-quote, .ks-card")?.classList.add("ks-current");
}

document.addEventListener("click", (event) => {
  const place = event.target.closest?.(".ks-open, .ks-card");
  if (!place || event.target.closest("a")) return;
  const button = place.matches(".ks-open") ? place : place.querySelector(".ks-open");
  const selecting = place !== button && String(getSelection()) !== "";
  if (button && !selecting) openSource(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen()) closeSource();
});

PHONE.addEventListener("change", onPhone);
