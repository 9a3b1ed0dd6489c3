// The last questions asked in this browser: they are kept here and nowhere else.

const PLACE = "ks-recent";
const MOST = 6;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return found.filter((one) => typeof one?.question === "string" && /^\/\?/.test(one?.address)).slice(0, MOST);
  } catch {
    return []; // kept by nobody we know, or not to be kept at all
  }
}

function keep(questions) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(questions.slice(0, MOST)));
  } catch {
    // a browser may be told to keep nothing
  }
}

export function asked(question, address) {
  keep([{ question, address }, ...kept().filter((one) => one.question !== question)]);
}

function field() {
  return document.querySelector("#ks-question :is(textarea, input)");
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function forget(question) {
  keep(question === undefined ? [] : kept().filter((one) => one.question !== question));
  show();
  field()?.focus();
}

function buttonFor(text, label, act) {
  const made = element("button", "ks-do-button", text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// They stand under the box while it is empty.
function show() {
  const row = document.querySelector("#ks-ask");
  if (!row) return;
  let place = document.getElementById(PLACE);
  if (!place) {
    place = element("nav", "", "");
    place.id = PLACE;
    place.setAttribute("aria-labelledby", "ks-recent-title");
    row.after(place);
  }
  const questions = kept();
  place.hidden = !questions.length || field().value !== "";
  const title = element("p", "ks-recent-title", "Asked before, in this browser");
  title.id = "ks-recent-title";
  const list = element("ul", "", "");
  for (const { question, address } of questions) {
    const item = element("li", "", "");
    const link = element("a", "", question);
    link.href = address;
    item.append(link, buttonFor("✕", `Forget “${question}”`, () => forget(question)));
    list.append(item);
  }
  place.replaceChildren(title, list, buttonFor("Forget these", "", () => forget()));
}

document.addEventListener("input", (event) => {
  if (event.target === field()) show();
});
document.addEventListener("ks-address", () => setTimeout(show)); // when the box is filled, too
