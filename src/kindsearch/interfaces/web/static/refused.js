// Gradio's page says no more than "Error" where the server refuses: this says what the server says.

const asked = window.fetch;

window.fetch = async (...request) => {
  const answer = await asked(...request);
  if (answer.status >= 400 && new URL(answer.url).pathname.startsWith("/gradio_api/")) {
    const problem = await answer.clone().json().catch(() => ({}));
    if (problem.detail) say(problem.detail);
  } else if (answer.url.includes("/gradio_api/run/")) {
    document.querySelector("#ks-refused")?.remove();
  }
  return answer;
};

function say(sentence) {
  document.querySelector("#ks-refused")?.remove();
  const note = document.createElement("p");
  note.id = "ks-refused";
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  document.querySelector("#ks-ask").after(note);
}
