// The query form: runs the query, shows solutions as a table, keeps the query in the address. Nothing is shown as a
// result unless it arrived whole: fetch rejects a body that ends without its end, JSON.parse one that was cut.
"use strict";
const form = document.getElementById("sparql");
const area = document.getElementById("query");
const status_ = document.getElementById("status");
const result = document.getElementById("result");
let running = null;

function cell(term) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type === "uri") {
    const a = document.createElement("a");
    const at = term.value.indexOf("/id/");
    a.href = at > 0 ? term.value.slice(at) : term.value;
    if (!/^(\/|https?:)/.test(a.getAttribute("href"))) a.removeAttribute("href");
    a.textContent = term.value;
    td.append(a);
  } else {
    td.textContent = term.type === "triple" ? JSON.stringify(term.value) : term.value;
    if (/#(decimal|integer|double)$/.test(term.datatype || "")) td.className = "number";
  }
  return td;
}

function table(data) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of data.head.vars) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    head.append(th);
  }
  const body = table.createTBody();
  for (const row of data.results.bindings.slice(0, 2000)) {
    const tr = body.insertRow();
    for (const name of data.head.vars) tr.append(cell(row[name]));
  }
  return table;
}

function plain(text) {
  const pre = document.createElement("pre");
  pre.textContent = text.slice(0, 500000);
  return pre;
}

function fail(problem) {
  status_.className = "failed";
  status_.textContent = problem.detail || status_.dataset.failed;
  if (problem.line) {
    const before = area.value.split("\n").slice(0, problem.line - 1).join("\n").length;
    const start = before + (problem.line > 1 ? 1 : 0) + problem.column - 1;
    area.focus();
    area.setSelectionRange(start, start + 1);
  }
}

async function run() {
  if (running) running.abort();
  running = new AbortController();
  const began = performance.now();
  const url = new URL(location.href);
  url.searchParams.set("query", area.value);
  history.replaceState(null, "", url);
  status_.className = "";
  status_.textContent = status_.dataset.running;
  result.replaceChildren();
  try {
    const response = await fetch("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle" },
      body: area.value,
      signal: running.signal,
    });
    const type = response.headers.get("Content-Type") || "";
    const text = await response.text();
    if (!response.ok) return fail(type.includes("json") ? JSON.parse(text) : {});
    const took = Math.round(performance.now() - began);
    if (!type.includes("results+json")) {
      result.append(plain(text));
      status_.textContent = took + " ms";
      return;
    }
    const data = JSON.parse(text);
    if ("boolean" in data) {
      result.append(plain(String(data.boolean)));
      status_.textContent = took + " ms";
    } else {
      result.append(table(data));
      status_.textContent = data.results.bindings.length + " " + status_.dataset.rows + ", " + took + " ms";
    }
  } catch (error) {
    if (error.name !== "AbortError") fail({});
  }
}

form.addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.id === "download") return; // the form itself: the answer as a file
  event.preventDefault();
  run();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
if (new URL(location.href).searchParams.get("query")) run();
