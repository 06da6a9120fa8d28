// The answer as one types. Without this file the button «Ask» does the same.
"use strict";

const WAIT_MS = 250;
const form = document.getElementById("ask");
const asked = (data) => new URLSearchParams([...data].filter(([name, value]) => value !== before.get(name) || name === "watch"));
const before = new Map(new FormData(form));
let waiting, running;

async function ask() {
  running?.abort();
  running = new AbortController();
  const answer = document.getElementById("answer");
  answer.classList.add("old");
  const address = `/tuning?${asked(new FormData(form))}`;
  try {
    const text = await (await fetch(address, { signal: running.signal })).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const refused = page.querySelector("[role=alert]");
    answer.replaceChildren(...(refused && !page.querySelector("#answer .change") ? [refused] : []), ...page.getElementById("answer").childNodes);
    answer.classList.remove("old");
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") answer.prepend(form.dataset.unanswered);
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT_MS);
}

for (const field of form.elements) field.addEventListener(field.matches("select, [type=checkbox]") ? "change" : "input", soon);
