// Whether a passage helped: sent as soon as it is said, with a word if there is one. The other button undoes it.

import { say } from "./copying.js";

const said = new Map(); // what was rated while the page is open: question and passage -> yes or no

function keyOf(group) {
  const question = document.querySelector("#ks-found .ks-asked").textContent;
  return JSON.stringify([question, group.dataset.passage]);
}

// Show on every button of a passage what was said of it.
export function showRatings(place) {
  for (const group of place.querySelectorAll(".ks-rate")) {
    for (const button of group.querySelectorAll("[data-helpful]")) {
      button.setAttribute("aria-pressed", String(said.get(keyOf(group)) === button.dataset.helpful));
    }
  }
}

async function send(group, remark) {
  const [question, passage] = JSON.parse(keyOf(group));
  const helpful = said.get(keyOf(group)) === "yes";
  try {
    const response = await fetch("/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question, passage, helpful, remark }),
    });
    if (response.ok) return "";
    const { detail } = await response.json();
    return typeof detail === "string" ? detail : "That could not be kept.";
  } catch {
    return "The archive does not answer. Is it still running?";
  }
}

function askForAWord(group) {
  group.parentElement.querySelector(".ks-word")?.remove();
  const form = document.createElement("form");
  form.className = "ks-word";
  const thanks = document.createElement("span");
  thanks.textContent = "Thank you.";
  const word = document.createElement("input");
  Object.assign(word, { type: "text", maxLength: 500, placeholder: "Why? A word, if you like" });
  word.setAttribute("aria-label", "Why? A word, if you like");
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", className: "ks-do-button", textContent: "Send" });
  form.append(thanks, word, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await send(group, word.value);
    thanks.textContent = problem || "Thank you, that is kept.";
    say(thanks.textContent);
    if (problem) return;
    group.querySelector("[aria-pressed=true]")?.focus();
    word.remove();
    button.remove();
  });
  group.parentElement.append(form);
  return thanks;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-helpful]");
  if (!button) return;
  const group = button.closest(".ks-rate");
  const [key, before] = [keyOf(group), said.get(keyOf(group))];
  said.set(key, button.dataset.helpful);
  showRatings(document);
  const problem = await send(group);
  if (problem) {
    if (before) said.set(key, before);
    else said.delete(key);
    showRatings(document);
  }
  askForAWord(group).textContent = problem || "Thank you.";
  if (problem) group.parentElement.querySelector(".ks-word").replaceChildren(problem);
  say(problem || "Thank you");
});
