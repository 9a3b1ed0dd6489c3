// Puts a text into the clipboard, and says so.

const TOLD = 2_000; // milliseconds

// Without HTTPS a browser gives its clipboard to pages of this machine only; elsewhere the old way is left.
async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

export async function copyOf(button, text) {
  const done = await put(text);
  button.focus({ preventScroll: true });
  say(done ? "Copied" : "This browser does not let the page copy");
  button.dataset.words ??= button.textContent;
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => (button.textContent = button.dataset.words), TOLD);
}

// For those who don't see it.
export function say(text) {
  let place = document.querySelector("#ks-said");
  if (!place) {
    place = document.createElement("p");
    place.id = "ks-said";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50);
}
