// Swaps the results in place; without this script the page works by plain forms and links.
// Why not htmx: no package of the registries ships it without a web framework of its own, and the repository holds no
// third-party code; these lines do the two things that the page needs of it (swap a region, keep the history).
"use strict";

const page = () => document.getElementById("page");
let last = 0;

async function show(url, keep) {
  const mine = ++last;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== last) return; // a later click has overtaken this one
    if (!next.getElementById("page")) throw new Error("not a search page");
    const focus = document.activeElement?.id, open = document.getElementById("filters").open;
    page().replaceWith(document.adoptNode(next.getElementById("page")));
    document.getElementById("filters").open = open;
    document.getElementById("q").value = next.getElementById("q").value;
    document.title = next.title;
    if (keep) history.pushState(null, "", url);
    (document.getElementById(focus) ?? document.getElementById("main")).focus({ preventScroll: true });
  } catch {
    location.assign(url); // the browser shows what went wrong better than we could
  }
}

function ask() {
  const given = [...new FormData(document.getElementById("ask"))].filter(([, value]) => value !== "");
  const words = new URLSearchParams(given).toString();
  show(words ? "/?" + words : "/", true);
}

if (page()) {
  document.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  document.addEventListener("change", (event) => { if (event.target.form?.id === "ask" && event.target.id !== "q") ask(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, true).then(() => { if (link.rel) window.scrollTo(0, 0); });
  });
  window.addEventListener("popstate", () => show(location.href, false));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(input|textarea|select)$/i.test(event.target.tagName)) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
});
