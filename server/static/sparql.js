// The query editor: runs the query, shows solutions as a table or picture, keeps the query in the address. Nothing is
// shown as a result unless it arrived whole: fetch rejects a body that ends without its end, JSON.parse one that was cut.
"use strict";
const form = document.getElementById("sparql");
const area = document.getElementById("query");
const status_ = document.getElementById("status");
const result = document.getElementById("result");
const views = document.getElementById("views");
const chart = document.getElementById("chart");
const SHOWN = 1000;
let running = null;
let solutions = null;
let known = null; // prefixes, terms and codes of the ontology

// The editor over the text area, which stays the form's field

const editor = window.sparqlEditor.mount(area, { label: status_.dataset.editor, run: () => run(), complete });
area.hidden = true;
document.getElementById("query-label").hidden = true; // the editor has a name of its own
fetch(document.body.dataset.root + "editor/terms.json?lang=" + status_.dataset.lang).then((r) => r.json()).then((found) => { known = found; });

const KEYWORDS = "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH GROUP BY ORDER BY DESC ASC LIMIT OFFSET HAVING ASK CONSTRUCT DESCRIBE PREFIX COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT CONTAINS LANG STR REGEX NOT EXISTS".split(" ");

/** What may stand at the end of `before`: a declared variable, a term with its prefix, a code, a keyword. */
function complete(before, explicit) {
  const word = /[?$]?[\w:.-]*$/.exec(before)[0];
  if (!known || (!word && !explicit)) return null;
  if (/^[?$]/.test(word)) {
    const names = [...new Set(area.value.match(/[?$]\w+/g) || [])].filter((name) => name !== word);
    return { length: word.length, options: names.map((label) => ({ label, type: "variable" })) };
  }
  if (/^\s*PREFIX\s+\w*$/i.test(before.split("\n").pop())) {
    const options = Object.entries(known.prefixes).map(([prefix, iri]) => ({ label: prefix, detail: iri, apply: `${prefix}: <${iri}>` }));
    return { length: word.length, options };
  }
  const terms = known.terms.map((t) => ({ label: t.name, detail: t.label, info: t.info, type: t.kind === "class" ? "class" : "property", boost: word.startsWith("mz:") ? 2 : 0, apply: withPrefix(t.name) }));
  const codes = known.codes.map((c) => ({ label: "code:" + c.name, detail: c.label, type: "constant", apply: `<${c.iri}>` }));
  const others = Object.keys(known.prefixes).map((p) => ({ label: p + ":", detail: known.prefixes[p], type: "namespace" }));
  const words = KEYWORDS.map((label) => ({ label, type: "keyword" }));
  const options = word.includes(":") ? [...terms, ...codes] : [...words, ...terms, ...codes, ...others];
  return word.length > 1 || explicit ? { length: word.length, options } : null;
}

/** Put a term in, and its prefix at the top where the query lacks it. */
function withPrefix(name) {
  return (view, completion, from, to) => {
    const prefix = name.split(":")[0];
    const text = view.state.doc.toString();
    const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text);
    const changes = [{ from, to, insert: name }];
    const head = declared ? "" : `PREFIX ${prefix}: <${known.prefixes[prefix]}>\n`;
    if (head) changes.unshift({ from: 0, insert: head });
    view.dispatch({ changes, selection: { anchor: from + name.length + head.length } });
  };
}

// Results

function cell(term) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type === "uri") {
    const a = document.createElement("a");
    const path = /^https?:\/\/[^/]+(\/.*)$/.exec(term.value);
    const local = path && path[1].startsWith(document.body.dataset.root + "id/") ? path : null;
    const code = /^https:\/\/w3id\.org\/mingzhang\/(code\/.*)$/.exec(term.value);
    const ontology = /^https:\/\/w3id\.org\/mingzhang\/ontology#(.*)$/.exec(term.value);
    a.href = local ? local[1] : code ? document.body.dataset.root + code[1] : ontology ? document.body.dataset.root + "ontology#" + ontology[1] : term.value;
    if (!/^(\/|https?:)/.test(a.getAttribute("href"))) a.removeAttribute("href");
    const text = compact(term.value);
    a.textContent = text.length > 48 ? text.split("/").slice(0, 2).join("/") + "/…/" + text.split("/").pop().slice(0, 32) : text;
    a.title = term.value;
    td.append(a);
  } else {
    td.textContent = term.type === "triple" ? JSON.stringify(term.value) : term.value;
    if (isNumber(term)) td.className = "number";
  }
  return td;
}

function compact(iri) {
  if (known) {
    for (const [prefix, namespace] of Object.entries(known.prefixes)) if (iri.startsWith(namespace)) return prefix + ":" + iri.slice(namespace.length);
  }
  return iri.replace(/^https?:\/\/[^/]+\/id\//, "id/").replace("https://w3id.org/mingzhang/code/", "code/");
}

const isNumber = (term) => Boolean(term) && /#(decimal|integer|double|float|gYear)$/.test(term.datatype || "");

function table(data) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of data.head.vars) {
    const th = document.createElement("th");
    if (data.results.bindings.every((row) => !row[name] || isNumber(row[name]))) th.className = "number";
    th.scope = "col";
    th.textContent = name;
    head.append(th);
  }
  const body = table.createTBody();
  for (const row of data.results.bindings.slice(0, SHOWN)) {
    const tr = body.insertRow();
    for (const name of data.head.vars) tr.append(cell(row[name]));
  }
  return table;
}

/** Solutions as a picture: the first column that names and the columns of numbers; pairs of things as a graph. */
function picture(kind) {
  const { head, results } = solutions;
  const rows = results.bindings.slice(0, 60);
  const numeric = head.vars.filter((name) => rows.some((r) => r[name]) && rows.every((r) => !r[name] || isNumber(r[name])) && !rows.every((r) => !r[name] || /gYear$/.test(r[name].datatype)));
  const naming = head.vars.filter((name) => !numeric.includes(name));
  const text = (term) => (term ? (term.type === "uri" ? compact(term.value).split("/").pop() : term.value) : "");
  if (kind === "graph") {
    const uris = head.vars.filter((name) => rows.some((r) => r[name] && r[name].type === "uri"));
    const [a, b] = uris.length > 1 ? uris : naming;
    if (!b) return null;
    const nodes = new Map();
    const links = [];
    for (const row of rows) {
      if (!row[a] || !row[b]) continue;
      for (const [i, name] of [a, b].entries()) nodes.set(row[name].value, { id: row[name].value, name: text(row[name]), kind: i, href: null, centre: false });
      links.push({ source: row[a].value, target: row[b].value });
    }
    return links.length ? { nodes: [...nodes.values()], links, kinds: [a, b] } : null;
  }
  if (!numeric.length) return null;
  const readable = naming.filter((name) => rows.some((r) => r[name] && r[name].type !== "uri"));
  const labels = rows.map((r) => (readable.length ? readable : naming).slice(0, 3).map((n) => text(r[n])).filter(Boolean).join(" ") || "—");
  const series = numeric.slice(0, 4).map((n) => ({ name: n, values: rows.map((r) => (r[n] ? Number(r[n].value) : null)) }));
  return { labels, series, unit: "", flat: kind === "bars" };
}

function show(view) {
  for (const button of views.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  if (view === "table") {
    chart.hidden = true;
    return;
  }
  window.drawPicture(chart, view, picture(view));
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
    editor.mark(problem.line, problem.column, problem.detail);
    editor.focus();
  }
}

function succeed(type, text, took) {
  if (!type.includes("results+json")) {
    result.append(plain(text));
    status_.textContent = took + " ms";
    return;
  }
  const data = JSON.parse(text);
  if ("boolean" in data) {
    result.append(plain(String(data.boolean)));
    status_.textContent = took + " ms";
    return;
  }
  solutions = data;
  result.append(table(data));
  const count = data.results.bindings.length;
  status_.textContent = `${count.toLocaleString("en")} ${count > SHOWN ? status_.dataset.shown + " " + SHOWN : status_.dataset.rows}, ${took} ms${count ? "" : status_.dataset.nothing}`;
  for (const button of views.querySelectorAll("button")) button.disabled = button.dataset.view !== "table" && !picture(button.dataset.view);
  views.hidden = !count;
  show("table");
}

async function run() {
  if (running) running.abort();
  running = new AbortController();
  const began = performance.now();
  const query = editor.text();
  const url = new URL(location.href);
  url.searchParams.set("query", query);
  history.replaceState(null, "", url);
  editor.mark(0);
  status_.className = "";
  status_.textContent = status_.dataset.running;
  result.replaceChildren();
  views.hidden = chart.hidden = true;
  try {
    const response = await fetch(document.body.dataset.root + "sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle" },
      body: query,
      signal: running.signal,
    });
    const type = response.headers.get("Content-Type") || "";
    const text = await response.text();
    if (response.ok) succeed(type, text, Math.round(performance.now() - began));
    else fail(type.includes("json") ? JSON.parse(text) : {});
  } catch (error) {
    if (error.name !== "AbortError") fail({});
  }
}

form.addEventListener("submit", (event) => {
  area.value = editor.text();
  if (event.submitter && event.submitter.id === "download") return; // the form itself: the answer as a file
  event.preventDefault();
  run();
});
for (const button of views.querySelectorAll("button")) button.addEventListener("click", () => show(button.dataset.view));
if (new URL(location.href).searchParams.get("query")) run();
