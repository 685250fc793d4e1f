// What script adds: lists as they come, ratings without a reload, keys, dropped files, facts in place.
// Without it, every form and link does the same by loading pages.
"use strict";

const status = document.getElementById("status");
const tell = (text) => { status.textContent = text; };

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split("\n\n");
    rest = pieces.pop();
    for (const piece of pieces) {
      const [name, data] = piece.split("\n");
      yield { name: name.slice("event: ".length), ...JSON.parse(data.slice("data: ".length)) };
    }
  }
}

async function stream(form, submitter) {
  const answer = document.getElementById("answer");
  const body = new FormData(form, submitter);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/event-stream" } });
  if (!(response.headers.get("content-type") || "").startsWith("text/event-stream") || !answer) {
    form.removeAttribute("data-stream");
    form.requestSubmit(submitter);
    return;
  }
  let drafts = null;
  for await (const event of events(response)) {
    if (event.name === "drafted") {
      if (!drafts) {
        drafts = document.createElement("ol");
        drafts.className = "cards drafts"; // what was there before is hidden behind it
        drafts.setAttribute("aria-busy", "true");
        answer.prepend(drafts);
      }
      drafts.insertAdjacentHTML("beforeend", event.html);
    } else if (event.name === "ranked") {
      answer.innerHTML = event.html;
      for (const text of answer.querySelectorAll(".text")) text.setAttribute("aria-busy", "true");
      answer.querySelector("h1").focus();
      window.scrollTo({ top: 0 });
      tell(`${event.n} found. Their texts are being written.`);
    } else if (event.name === "written") {
      const text = answer.querySelector(`.text[data-text="${CSS.escape(event.item)}"]`);
      if (text && !text.contains(document.activeElement) && !text.querySelector("details[open]")) text.outerHTML = event.html;
      else if (text) text.removeAttribute("aria-busy");
      tell(`The text about ${event.title} is written.`);
    } else if (event.name === "finished") {
      history.pushState(null, "", event.address);
      const checked = document.getElementById("checked");
      if (event.checked && checked) checked.outerHTML = event.checked;
      const talk = document.getElementById("talk");
      if (event.talk && talk) {
        talk.outerHTML = event.talk;
        document.getElementById("say").focus({ preventScroll: true });
      }
      tell(event.reply || "All texts are written.");
    } else if (event.name === "problem") {
      drafts?.remove();
      tell(event.detail);
    }
  }
}

async function say(form, submitter) {
  const acts = form.closest(".acts");
  const body = new FormData(form, submitter);
  const response = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "acts" } });
  const html = await response.text();
  if (!response.ok) { tell("That could not be written down."); return; }
  const card = form.closest(".card");
  acts.outerHTML = html;
  const fresh = card.querySelector(".acts");
  card.classList.toggle("held", fresh.dataset.held === "true");
  (fresh.querySelector(".star[aria-pressed=true]") || fresh.querySelector("button")).focus();
  tell(fresh.querySelector(".said")?.textContent || "Taken back.");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-stream") && document.getElementById("answer")) {
    event.preventDefault();
    tell("Looking …");
    stream(form, event.submitter).catch(() => { form.removeAttribute("data-stream"); form.submit(); });
  } else if (form.getAttribute("action") === "/say" && form.closest(".card .acts")) {
    event.preventDefault();
    say(form, event.submitter).catch(() => tell("That could not be written down."));
  }
});

window.addEventListener("popstate", () => location.reload());

document.addEventListener("keydown", (event) => {
  const offer = event.target.closest("[data-keys]");
  if (!offer || event.ctrlKey || event.metaKey || event.altKey) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) {
    const value = Number(digit[1]) - (event.shiftKey ? 0.5 : 0);
    const button = offer.querySelector(`button[name=rating][value="${value}"]`);
    if (button) { event.preventDefault(); button.click(); }
  } else if (event.key.toLowerCase() === "n") {
    event.preventDefault();
    offer.querySelector(".skip-film")?.click();
  }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-fact]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const there = link.parentElement.querySelector(".reading");
  if (there) { there.remove(); link.setAttribute("aria-expanded", "false"); return; }
  const response = await fetch(link.href, { headers: { "X-Part": "reading" } });
  if (!response.ok) { location.href = link.href; return; }
  link.insertAdjacentHTML("afterend", await response.text());
  link.setAttribute("aria-expanded", "true");
});

const drop = document.querySelector("[data-drop]");
if (drop) {
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        drop.querySelector("input[type=file]").files = event.dataTransfer.files;
        drop.requestSubmit();
      }
    });
  }
}
