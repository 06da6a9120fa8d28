// The keyboard, and verdicts without leaving the page. Everything else works without this file.
"use strict";

const cards = [...document.querySelectorAll("[data-article]")];
const isList = Boolean(document.getElementById("list"));
const said = document.getElementById("said");
const words = JSON.parse(said?.dataset.words ?? "{}");
const bulk = document.getElementById("bulk");
const help = document.getElementById("help");
const given = []; // what can be taken back: [{card, before}, …] each
let unstored = 0;
let turn = Promise.resolve(); // one request after another: each says what the one before has stored
let deciding = Promise.resolve();
let at = -1;

function say(text) {
  if (said) said.textContent = text;
}

function go(to) {
  if (!cards.length || !isList) return;
  cards[at]?.classList.remove("at");
  at = Math.min(Math.max(to, 0), cards.length - 1);
  cards[at].classList.add("at");
  cards[at].focus({ preventScroll: true });
  cards[at].scrollIntoView({ block: "nearest" });
}

// --- one card ---

const formOf = (card) => card.querySelector("form.verdict");
const kindOf = (card) => card.querySelector(".verdict [aria-pressed=true]")?.value ?? "";
const tickOf = (card) => card.querySelector(".tick input[form=bulk]");
const nameOf = (card) => `a-${card.dataset.article}`;

function show(card, kind, by = "") {
  card.classList.toggle("judged", kind === "relevant" || kind === "irrelevant");
  for (const button of card.querySelectorAll(".verdict button[name=kind]")) {
    button.setAttribute("aria-pressed", String(button.value === kind));
  }
  card.querySelector(".verdict .by").textContent = by;
}

// What the page knows of the last verdicts, so that nobody overwrites one unseen: "7:0 8:12" is article:verdict.
function remember(card, verdicts) {
  const seen = new Map(formOf(card).article.value.trim().split(/\s+/).map((each) => each.split(":")));
  for (const verdict of verdicts) {
    const article = verdict.article.slice(2);
    if (seen.has(article)) seen.set(article, verdict.id);
  }
  const value = [...seen].map((each) => each.join(":")).join(" ");
  formOf(card).article.value = value;
  if (tickOf(card)) tickOf(card).value = value;
}

function trouble(card, text, buttons) {
  const box = card.querySelector(".trouble");
  box.hidden = !text;
  box.textContent = text;
  for (const [name, act] of buttons ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    box.append(" ", button);
  }
}

// --- verdicts ---

function send(some, kind, reason, note) {
  const answer = turn.then(() => post(some, kind, reason, note));
  turn = answer.then(({ given: stored }) => some.forEach((card) => remember(card, stored))).catch(() => {});
  return answer;
}

async function post(some, kind, reason, note) {
  const form = formOf(some[0]);
  const body = new URLSearchParams({ kind, reason, note, watch: form.watch.value });
  body.set("article", some.map((card) => formOf(card).article.value).join(" "));
  const answer = await fetch("/verdicts", { method: "POST", headers: { accept: "application/json" }, body });
  if (!answer.ok && answer.status !== 409) throw new Error(`${answer.status}`);
  return answer.json();
}

// Judges some cards in one request; returns those that were stored, each with what stood before.
async function judge(some, kind, reason = "", note = "") {
  const before = some.map((card) => ({ card, before: kindOf(card) }));
  unstored += 1;
  some.forEach((card) => (show(card, kind), trouble(card, "")));
  try {
    const { given: stored, standing } = await send(some, kind, reason, note);
    const refused = new Set(standing.map((each) => each.article));
    const isRefused = (card) => formOf(card).article.value.split(/\s+/).some((each) => refused.has(`a-${each.split(":")[0]}`));
    some.filter(isRefused).forEach((card) => disagree(card, standing, kind, reason, note));
    const done = before.filter((each) => !isRefused(each.card));
    done.forEach(({ card }) => show(card, kind, [stored[0]?.author, reason].filter(Boolean).join(": ")));
    if (done.length) say(`${done.length > 1 ? done.length : nameOf(done[0].card)}: ${words[kind]}`);
    return done;
  } catch (error) {
    before.forEach((each) => {
      show(each.card, each.before);
      const again = async () => keep(await judge([each.card], kind, reason, note));
      trouble(each.card, `${words[kind]}: ${words.not_stored} (${error.message}). ${words.is_it_running}`, [[words.try_again, again]]);
    });
    say(`${nameOf(some[0])} ${words.not_stored}`);
    return [];
  } finally {
    unstored -= 1;
  }
}

// Somebody judged meanwhile: both verdicts are shown, and nothing is stored before the reader decides.
function disagree(card, standing, kind, reason, note) {
  const ours = new Set(formOf(card).article.value.split(/\s+/).map((each) => `a-${each.split(":")[0]}`));
  const theirs = standing.filter((each) => ours.has(each.article));
  const last = theirs[0];
  const told = theirs.map((each) => `${each.author}: ${words[each.kind]}${each.reason ? `, ${each.reason}` : ""}`);
  show(card, last.kind, told[0]);
  trouble(card, `${last.article} ${words.meanwhile}. ${[...new Set(told)].join("; ")}. (${words[kind]}?)`, [
    [words.all_the_same, async () => (remember(card, theirs), keep(await judge([card], kind, reason, note)))],
    [words.theirs, () => (remember(card, theirs), trouble(card, ""))],
  ]);
  say(`${last.article} ${words.meanwhile}`);
}

function keep(done) {
  if (done.length) given.push(done);
}

const chosen = () => cards.filter((card) => tickOf(card)?.checked);

function choose(some, isChosen) {
  some.forEach((card) => tickOf(card) && (tickOf(card).checked = isChosen));
  if (!bulk) return;
  const number = chosen().length;
  bulk.classList.toggle("active", number > 0);
  bulk.querySelector(".count").textContent = `${number} ${words.chosen}`;
}

function decide(kind) {
  return (deciding = decideNow(kind));
}

async function decideNow(kind) {
  if (!document.querySelector("form.verdict")) return; // a reader
  if (chosen().length) return decideAll(kind);
  const card = cards[at] ?? (cards.length === 1 ? cards[0] : null);
  if (!card) return go(0);
  const { reason, note } = formOf(card);
  const place = at;
  go(at + 1);
  const done = await judge([card], kind, reason.value.trim(), note.value.trim());
  keep(done);
  if (done.length) {
    reason.value = note.value = "";
    card.querySelector(".because").open = false;
  } else go(place);
}

async function decideAll(kind) {
  const done = await judge(chosen(), kind, bulk?.elements.reason.value.trim());
  keep(done);
  choose(done.map((each) => each.card), false);
  if (done.length && bulk) bulk.elements.reason.value = "";
}

async function takeBack() {
  await deciding; // what was decided a moment ago can be taken back as well
  const last = given.pop();
  if (!last) return say(words.nothing);
  for (const kind of ["relevant", "irrelevant", "unsure"]) {
    const some = last.filter((each) => (each.before || "unsure") === kind).map((each) => each.card);
    if (some.length && !(await judge(some, kind, "", words.taken_back)).length) given.push(last);
  }
  go(cards.indexOf(last[0].card));
}

// --- keys ---

function reason() {
  const card = cards[at] ?? (cards.length === 1 ? cards[0] : null);
  if (chosen().length) return bulk.elements.reason.focus();
  if (!card || !formOf(card)) return;
  card.querySelector(".because").open = true;
  formOf(card).reason.focus();
}

function unfold() {
  const folds = cards[at]?.querySelectorAll("details.also") ?? [];
  folds.forEach((fold) => (fold.open = !fold.open));
}

const keys = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  y: () => decide("relevant"),
  n: () => decide("irrelevant"),
  u: () => decide("unsure"),
  z: takeBack,
  r: reason,
  x: () => cards[at] && choose([cards[at]], !tickOf(cards[at])?.checked),
  o: () => (isList ? cards[at]?.querySelector("h2 a, h3 a")?.click() : cards.length && history.back()),
  e: unfold,
  "/": () => document.querySelector("[type=search]")?.focus(),
  "?": () => help?.showModal(),
  Escape: () => choose(cards, false),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
  const card = event.target.closest("[data-article]");
  if (isTyping && (event.key === "Escape" || (event.key === "Enter" && event.target.closest(".because, .bulk")))) {
    event.preventDefault();
    event.target.blur();
    if (card && isList) go(cards.indexOf(card));
    return;
  }
  if (isTyping || help?.open || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  if (!cards.length && !["/", "?"].includes(event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("submit", (event) => {
  if (event.target === bulk) {
    event.preventDefault();
    if (chosen().length) decideAll(event.submitter.value);
    return;
  }
  const card = event.target.closest("[data-article]");
  if (!card || !event.target.matches(".verdict")) return;
  event.preventDefault();
  const { reason: why, note } = event.target;
  judge([card], event.submitter.value, why.value.trim(), note.value.trim()).then((done) => {
    keep(done);
    if (done.length) why.value = note.value = "";
  });
  at = cards.indexOf(card);
});

document.addEventListener("change", (event) => {
  if (event.target.matches(".tick input[form=bulk]")) choose([], true);
});

// A browser that comes back to a page keeps what was ticked, not what it meant.
if (bulk) choose(cards, false);
document.getElementById("show-help")?.addEventListener("click", () => help.showModal());

window.addEventListener("beforeunload", (event) => {
  if (unstored) event.preventDefault();
});

// A list is filtered at once; forms that do something, and the tuning page, wait for their button.
const filters = 'form.filters[method=get]:not([action^="/tuning"])';
for (const asked of document.querySelectorAll(`${filters} :is(select, [type=number], [type=date])`)) {
  asked.addEventListener("change", () => asked.form.requestSubmit());
}
