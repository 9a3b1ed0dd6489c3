// Opens the source of a quote or a passage beside the page. All text is put in as text, never as HTML.
//
// What is open stands in the address, as source and quote, so it can be shared and gone back to. Whoever changes the
// address otherwise says so with the event ks-address.

const PHONE = matchMedia("(max-width: 900px)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const OPEN = "ks-source-open";
const MORE_TURNS = 8;

let panel = null; // made when it is first needed
let opener = null; // what had the focus before
let loading = null; // ends a request that has been overtaken
let open = null; // the passage and the quote that are shown
let turns = { earlier: 0, later: 0 }; // how many more turns are shown than at first

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function makePanel() {
  const made = element("div", "ks-source");
  made.id = "ks-source";
  made.tabIndex = -1;
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-labelledby", "ks-source-title");
  const close = element("button", "ks-close", "Close");
  close.type = "button";
  close.addEventListener("click", () => closeSource());
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

// ---------------------------------------------------------------- the address

function inAddress() {
  const given = new URLSearchParams(location.search);
  return given.get("source") ? { passage: given.get("source"), quote: given.get("quote") ?? "" } : null;
}

function remember(source) {
  const address = new URL(location.href);
  for (const name of ["source", "quote"]) address.searchParams.delete(name);
  if (source) address.searchParams.set("source", source.passage);
  if (source?.quote) address.searchParams.set("quote", source.quote);
  if (address.href !== location.href) history.pushState(null, "", address);
}

function isSame(one, other) {
  return one?.passage === other?.passage && (one?.quote ?? "") === (other?.quote ?? "");
}

// Show what the address says.
function follow(event) {
  const wanted = inAddress();
  if (isSame(wanted, open)) mark(openerOf(wanted));
  else if (wanted) openSource(wanted, openerOf(wanted));
  else closeSource({ goBack: event.type === "popstate" });
}

function openerOf(source) {
  const openers = source ? [...document.querySelectorAll(".ks-open")] : [];
  const own = openers.filter((one) => one.dataset.passage === source.passage);
  return own.find((one) => (one.dataset.quote ?? "") === source.quote) ?? own[0] ?? null;
}

// ---------------------------------------------------------------- opening

function openSource(source, button) {
  panel ??= makePanel();
  opener = button;
  open = source;
  turns = { earlier: 0, later: 0 };
  mark(button);
  document.documentElement.classList.add(OPEN);
  panel.hidden = false;
  onPhone();
  sentence("Source", "Opening the source…");
  panel.focus({ preventScroll: true });
  load(showSource);
}

function addressOf(part = "", more = {}) {
  const given = new URLSearchParams(open.quote ? { quote: open.quote, ...more } : more);
  return `/source/${encodeURIComponent(open.passage)}${part}${given.size ? `?${given}` : ""}`;
}

async function load(showIt, part, more) {
  loading?.abort();
  loading = new AbortController();
  try {
    const response = await fetch(addressOf(part, more), { signal: loading.signal });
    const found = await response.json();
    if (response.ok) showIt(found);
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
    show(...head, pagesWith(source), element("blockquote", "ks-source-text", source.text));
  } else {
    const list = conversationOf(source.turns);
    show(...head, ...readingOn(source, list), element("p", "ks-source-file", source.file));
    const asked = askedIn(list);
    const lowest = panel.getBoundingClientRect().bottom;
    if (asked?.getBoundingClientRect().bottom > lowest) asked.scrollIntoView({ block: "center" });
  }
}

function buttonFor(text, act, label = "") {
  const made = element("button", "ks-turn-to", text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// The pages of the passage, with a way to turn to the others of the document.
function pagesWith(source) {
  const holder = element("div", "ks-pages");
  const figures = element("div", "ks-figures");
  const where = element("span", "ks-turned-to");
  where.setAttribute("role", "status");
  let [first, last] = [source.pages[0].page, source.pages.at(-1).page];
  const showPages = (pages) => {
    [first, last] = [pages[0].page, pages.at(-1).page];
    where.textContent = `${first === last ? `Page ${first}` : `Pages ${first}–${last}`} of ${source.pages_in_all}`;
    figures.replaceChildren(...pages.map((page) => figureOf(page, source.file)));
    const focused = document.activeElement;
    previous.disabled = first <= 1;
    next.disabled = last >= source.pages_in_all;
    back.hidden = pages === source.pages;
    if (focused.disabled) (focused === next ? previous : next).focus();
  };
  const turnTo = (page) => load((found) => showPages([found]), `/pages/${page}`);
  const previous = buttonFor("‹ Previous", () => turnTo(first - 1), "Previous page");
  const next = buttonFor("Next ›", () => turnTo(last + 1), "Next page");
  const back = buttonFor("Back to the passage", () => {
    showPages(source.pages);
    panel.focus({ preventScroll: true }); // the button is gone
  });
  const bar = element("div", "ks-turning");
  bar.append(previous, where, next, back);
  holder.append(bar, figures);
  showPages(source.pages);
  return holder;
}

// What was said, with a way to read on before it and after it. What is read stays where it is on the screen.
function readingOn(source, list) {
  const isRead = () => askedIn(list).getBoundingClientRect().top;
  const earlier = buttonFor("Earlier", () => more("earlier"));
  const later = buttonFor("Later", () => more("later"));
  const offer = (found) => {
    const focused = document.activeElement;
    earlier.hidden = !found.before;
    later.hidden = !found.after;
    if (focused.hidden) panel.focus({ preventScroll: true });
  };
  const more = (side) => {
    turns = { ...turns, [side]: turns[side] + MORE_TURNS };
    load((found) => {
      const before = isRead();
      list.replaceChildren(...conversationOf(found.turns).childNodes);
      panel.querySelector(".ks-source-body").scrollTop += isRead() - before;
      offer(found);
    }, "", turns);
  };
  offer(source);
  return [earlier, list, later];
}

function askedIn(list) {
  return list.querySelector("mark") ?? list.querySelector(".ks-turn:not(.ks-around)");
}

function momentOf(moment, verb) {
  const said = element("p", "ks-source-moment", `${verb} at ${moment.time}`);
  if (moment.video) {
    const link = linkTo(moment.video, moment.is_exact ? `Play from ${moment.time}` : moment.label);
    link.classList.add("ks-play");
    said.append(" ", link);
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

function closeSource({ goBack = true } = {}) {
  if (!isOpen()) return;
  loading?.abort();
  open = null;
  panel.hidden = true;
  document.documentElement.classList.remove(OPEN);
  onPhone();
  mark(null);
  remember(null);
  if (!goBack) return;
  const back = opener?.isConnected ? opener : document.querySelector("#ks-question textarea, #ks-question input");
  back?.focus();
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

// Show what is open: the quote or card it was opened from, and the card of the passage that a quote is of.
function mark(button) {
  for (const marked of document.querySelectorAll(".ks-current")) marked.classList.remove("ks-current");
  button?.closest(".ks-quote, .ks-card")?.classList.add("ks-current");
  cardOf(button)?.classList.add("ks-current");
}

function cardOf(button) {
  const cards = button?.matches(".ks-chip") ? [...document.querySelectorAll(".ks-card")] : [];
  return cards.find((card) => card.dataset.passage === button.dataset.passage);
}

document.addEventListener("click", (event) => {
  const place = event.target.closest?.(".ks-open, .ks-card");
  if (!place || event.target.closest("a, input, form, button:not(.ks-open)")) return;
  const button = place.matches(".ks-open") ? place : place.querySelector(".ks-open");
  const selecting = place !== button && String(getSelection()) !== "";
  if (!button || selecting) return;
  const { passage, quote = "" } = button.dataset;
  openSource({ passage, quote }, button);
  remember(open);
  cardOf(button)?.scrollIntoView({ block: "nearest", behavior: STILL.matches ? "auto" : "smooth" });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen()) closeSource();
});

addEventListener("popstate", follow);
document.addEventListener("ks-address", follow);
PHONE.addEventListener("change", onPhone);
if (inAddress()) follow();
