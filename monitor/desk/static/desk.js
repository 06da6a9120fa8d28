// The keyboard, and verdicts without leaving the page. Everything else works without this file.
"use strict";

const cards = [...document.querySelectorAll("[data-article]")];
const said = document.getElementById("said");
const words = JSON.parse(document.body.dataset.words);
const given = [];
let at = -1;

function say(text) {
  if (said) said.textContent = text;
}

function go(to) {
  if (!cards.length || !document.getElementById("list")) return;
  cards[at]?.classList.remove("at");
  at = Math.min(Math.max(to, 0), cards.length - 1);
  cards[at].classList.add("at");
  cards[at].focus({ preventScroll: true });
  cards[at].scrollIntoView({ block: "nearest" });
}

function show(card, kind) {
  card.classList.toggle("judged", kind === "relevant" || kind === "irrelevant");
  for (const button of card.querySelectorAll(".verdict button")) {
    button.setAttribute("aria-pressed", String(button.value === kind));
  }
}

async function judge(card, kind, reason = "") {
  const id = card.dataset.article;
  const watch = card.querySelector("[name=watch]").value;
  const before = card.querySelector("[aria-pressed=true]")?.value ?? null;
  show(card, kind);
  try {
    const answer = await fetch(`/api/articles/${id}/verdict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind, reason, watch }),
    });
    if (!answer.ok) throw new Error((await answer.json()).error);
    say(`a-${id}: ${words[kind]}`);
    return before;
  } catch (error) {
    show(card, before);
    say(`a-${id} ${words.not_judged}: ${error.message}. ${words.is_it_running}`);
    throw error;
  }
}

async function decide(kind) {
  const card = cards[at] ?? (cards.length === 1 ? cards[0] : null);
  if (!card) return go(0);
  const place = at;
  go(at + 1);
  try {
    given.push({ card, place, before: await judge(card, kind) });
  } catch {
    go(place);
  }
}

async function takeBack() {
  const last = given.pop();
  if (!last) return say(words.nothing);
  await judge(last.card, last.before ?? "unsure", words.taken_back).catch(() => given.push(last));
  go(last.place);
}

const keys = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  y: () => decide("relevant"),
  n: () => decide("irrelevant"),
  u: () => decide("unsure"),
  z: takeBack,
  o: () => cards[at]?.querySelector("h2 a")?.click(),
  "/": () => document.querySelector("[type=search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select, textarea");
  if (event.key === "Escape" && isTyping) return event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("submit", (event) => {
  const card = event.target.closest("[data-article]");
  if (!card || !event.target.matches(".verdict")) return;
  event.preventDefault();
  at = cards.indexOf(card);
  decide(event.submitter.value);
});

for (const asked of document.querySelectorAll("form.filters select:not([name=rule]), form.filters [type=number]")) {
  asked.addEventListener("change", () => asked.form.requestSubmit());
}
