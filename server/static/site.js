// What makes pages handier where scripts run: suggestions while typing, and tables sorted by a click on a head.
"use strict";

// Suggestions: a combobox over the search field (WAI-ARIA authoring practices), plain search without it.
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.id = input.id + "-list";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.documentElement.lang === "en" ? "Suggestions" : "建议");
  list.hidden = true;
  const told = document.createElement("span");
  told.className = "hidden";
  told.setAttribute("role", "status");
  input.after(list, told);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  let chosen = -1;
  let asked = null;
  let waiting = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const options = list.children;
    chosen = (index + options.length) % options.length;
    for (const [i, option] of [...options].entries()) option.setAttribute("aria-selected", String(i === chosen));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const show = (found) => {
    list.replaceChildren(...found.map((item, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = item.href;
      const kind = document.createElement("small");
      kind.textContent = item.kind;
      const hint = document.createElement("small");
      hint.textContent = item.hint;
      option.append(kind, " ", item.name, " ", hint);
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.href = item.href;
      });
      return option;
    }));
    list.hidden = !found.length;
    chosen = -1;
    input.setAttribute("aria-expanded", String(found.length > 0));
    told.textContent = found.length ? `${found.length} ${input.dataset.some}` : input.dataset.none;
  };
  const ask = async () => {
    if (asked) asked.abort();
    if (!input.value.trim()) return close();
    asked = new AbortController();
    const url = new URL(input.dataset.suggest, location.href);
    url.searchParams.set("q", input.value);
    url.searchParams.set("lang", input.dataset.lang);
    try {
      const response = await fetch(url, { signal: asked.signal });
      if (response.ok) show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, 120);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.href;
    }
  });
}

// Tables that are all here sort in place; those of several pages are sorted by the server.
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const value = (row, index) => {
  const cell = row.cells[index];
  const exact = cell.querySelector(".money small");
  const text = (exact || cell).textContent.trim();
  if (text === "—" || text === "") return null;
  const number = Number(text.replace(/[,\s%＋+元]|yuan/g, ""));
  return Number.isNaN(number) || text === "" ? text : number;
};
for (const table of document.querySelectorAll("table.sortable")) {
  for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = table.dataset.sort;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" || (head.classList.contains("number") && !head.hasAttribute("aria-sort"));
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [value(row, index), row]);
      rows.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null); // what is not printed stands last either way
        const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }
}

// A printed page: larger and smaller; from twice its width on, the picture with more pixels is fetched.
for (const zoom of document.querySelectorAll("[data-zoom]")) {
  const svg = zoom.parentElement.querySelector(".sheet svg");
  const image = svg.querySelector("image");
  let factor = 1;
  zoom.hidden = false;
  zoom.addEventListener("click", (event) => {
    const by = Number(event.target.dataset.by);
    if (!by) return;
    factor = Math.min(8, Math.max(1, factor * by));
    svg.style.width = `${100 * factor}%`;
    if (factor > 1) image.setAttribute("href", image.dataset.large);
    const marked = svg.querySelector(".marked");
    if (marked) marked.scrollIntoView({ block: "center", inline: "center" });
  });
}

// A picture drawn by the server, as a file of pixels: twice as many as it has points.
for (const link of document.querySelectorAll("[data-png]")) {
  link.hidden = false;
  link.nextElementSibling.hidden = false;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const picture = new Image();
    picture.src = link.href;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * picture.naturalWidth;
    canvas.height = 2 * picture.naturalHeight;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    save(canvas, link.dataset.png);
  });
}

function save(canvas, name) {
  const file = document.createElement("a");
  file.href = canvas.toDataURL("image/png");
  file.download = name;
  file.click();
}

// A picture that only the browser draws: its pixels on paper of the page's colour.
for (const place of document.querySelectorAll("[data-canvas]")) {
  place.hidden = false;
  place.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    const drawn = document.querySelector(`#${place.dataset.canvas} figure canvas`);
    const canvas = document.createElement("canvas");
    canvas.width = drawn.width;
    canvas.height = drawn.height;
    const paper = canvas.getContext("2d");
    paper.fillStyle = getComputedStyle(document.body).backgroundColor;
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(drawn, 0, 0);
    save(canvas, `${place.dataset.canvas}.png`);
  });
}

// A sentence to quote, copied by a button.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
