// Pictures from the data that stands in the page (a JSON block in each figure), in the colours of the page. Everything
// that a picture shows is in the table below it, so a picture is an image to screen readers.
"use strict";
(() => {
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (n) => n.toLocaleString("en", { maximumFractionDigits: 2 });
  /** A text cut to the width of `length` Chinese characters; a Latin one is about half as wide. */
  const short = (text, length) => {
    const wide = (c) => (c > "\u2e7f" ? 2 : 1.1);
    if ([...text].reduce((sum, c) => sum + wide(c), 0) <= 2 * length) return text;
    let left = 2 * length - 2;
    return [...text].filter((c) => (left -= wide(c)) >= 0).join("").trimEnd() + "…";
  };
  const palette = () => ["1", "2", "3", "4", "5", "6", "7", "8"].map((i) => style("--series-" + i));

  const brush = document.createElement("canvas").getContext("2d");
  /** How wide a text stands in a picture, in pixels. */
  const widthOf = (text, size, weight) => {
    brush.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return brush.measureText(text).width;
  };
  /** The name and the sum of an area of a treemap, as far as they fit: a name may be cut, a sum stands whole or not at all. */
  const areaLabel = (chart, p, { size, weight, above }) => {
    const area = chart.getModel().getSeriesByIndex(0).getData().getItemLayout(p.dataIndex);
    if (!area) return "";
    const room = area.width - 8;
    const fits = (text) => widthOf(text, size, weight) <= room;
    const title = p.name.replace(/^\d+ /, "");
    const sum = number(p.value);
    if (above && fits(title + "  " + sum)) return title + "  " + sum;
    let cut = title.length;
    while (cut > 1 && !fits(title.slice(0, cut) + "…")) cut -= 1;
    const name = fits(title) ? title : cut > 1 ? title.slice(0, cut) + "…" : "";
    if (above) return name;
    const lines = Math.floor((area.height - 4) / (size + 3));
    if (lines < 1) return "";
    return lines > 1 && name && fits(sum) ? name + "\n" + sum : name;
  };

  const base = () => ({
    color: palette(),
    animation: false,
    textStyle: { color: style("--ink"), fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: style("--panel"), borderColor: style("--line"),
      textStyle: { color: style("--ink"), fontSize: 13 },
    },
  });

  const makers = {
    treemap: (data, chart) => ({
      tooltip: { formatter: (p) => (p.treePathInfo || []).slice(1).map((n) => n.name).join("\n") + "\n" + number(p.value) + " " + data.unit },
      series: [{
        type: "treemap", left: 0, right: 0, top: 0, bottom: 0, roam: false, nodeClick: false, breadcrumb: { show: false },
        data: data.children.map((group, i) => {
          const color = style("--area-" + ((i % 8) + 1));
          return { ...group, itemStyle: { borderColor: color }, children: group.children.map((leaf) => ({ ...leaf, itemStyle: { color } })) };
        }),
        label: { color: "#fff", fontSize: 12, overflow: "none", formatter: (p) => areaLabel(chart, p, { size: 12, weight: 400 }) },
        upperLabel: { show: true, height: 24, color: "#fff", fontSize: 13, fontWeight: 600, overflow: "none", formatter: (p) => areaLabel(chart, p, { size: 13, weight: 600, above: true }) },
        itemStyle: { borderColor: style("--ground"), gapWidth: 1 },
        levels: [
          { itemStyle: { borderWidth: 0, gapWidth: 5 }, upperLabel: { show: false } },
          { itemStyle: { borderWidth: 3, gapWidth: 2 }, upperLabel: { show: true } },
          { itemStyle: { borderWidth: 0, gapWidth: 0 }, upperLabel: { show: false } },
        ],
      }],
    }),
    sankey: (data) => ({
      tooltip: {
        formatter: (p) => p.dataType === "edge"
          ? name(data, p.data.source) + " → " + name(data, p.data.target) + "\n" + number(p.data.value) + " " + data.unit
          : p.data.label.text + "\n" + number(p.value) + " " + data.unit,
      },
      series: [{
        type: "sankey", draggable: false, nodeGap: 10, left: 4, right: narrow() ? 96 : 220, top: 8, bottom: 8, layoutIterations: 64,
        data: data.nodes.map((n) => ({
          name: n.id, depth: n.depth, href: n.href,
          label: { text: n.name, color: style("--ink"), formatter: short(n.name, narrow() ? 7 : 16) },
        })),
        links: data.links,
        lineStyle: { color: "gradient", opacity: 0.35, curveness: 0.5 },
        emphasis: { focus: "adjacency" },
      }],
    }),
    lines: (data) => ({
      tooltip: { trigger: "axis", valueFormatter: (v) => (v === null || v === undefined ? "—" : number(v) + " " + data.unit) },
      legend: { textStyle: { color: style("--ink") }, top: 0, type: "plain" },
      grid: { left: 8, right: 16, top: 42 + 22 * legendLines(data), bottom: 8, containLabel: true },
      xAxis: { type: "category", data: data.labels, axisLabel: { color: style("--soft") }, axisLine: { lineStyle: { color: style("--line") } } },
      yAxis: { type: "value", name: data.unit, nameTextStyle: { color: style("--soft") }, axisLabel: { color: style("--soft") }, splitLine: { lineStyle: { color: style("--line") } } },
      series: data.series.map((s, i) => ({
        type: "line", name: s.name, data: s.values, connectNulls: false, symbol: ["circle", "rect", "triangle", "diamond", "pin"][i % 5], symbolSize: 9,
        lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][i % 3] },
      })),
    }),
    bars: (data) => {
      const flat = data.flat;
      const category = {
        type: "category", data: data.labels, inverse: flat, triggerEvent: true,
        axisLabel: { color: style("--ink"), interval: 0, width: narrow() ? 110 : 300, overflow: "truncate", hideOverlap: false },
        axisTick: { show: false }, axisLine: { lineStyle: { color: style("--line") } },
      };
      const values = { type: "value", name: data.unit, nameTextStyle: { color: style("--soft") }, axisLabel: { color: style("--soft"), hideOverlap: true }, splitNumber: narrow() ? 3 : 5, splitLine: { lineStyle: { color: style("--line") } } };
      const many = data.series.length > 1;
      // A sum beside the longest bar needs room for all of its digits.
      const told = many || !flat ? [] : data.series[0].values.filter((v) => v !== null && v !== undefined);
      const room = Math.max(narrow() ? 56 : 64, ...told.map((v) => widthOf(number(v), 12, 400) + 16));
      return {
        tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => (v === null || v === undefined ? "—" : number(v) + " " + data.unit) },
        legend: { show: many, textStyle: { color: style("--ink") }, top: 0, type: "plain", formatter: (n) => short(n, legendLength()) },
        grid: { left: 8, right: room, top: many ? 34 + 22 * legendLines(data) : 28, bottom: 8, containLabel: true },
        xAxis: flat ? values : category,
        yAxis: flat ? category : values,
        series: data.series.map((s) => ({
          type: "bar", name: s.name, barMaxWidth: 26, labelLayout: { hideOverlap: true },
          data: s.values.map((v, i) => ({ value: v, href: data.hrefs && data.hrefs[i] })),
          label: { show: !many, position: flat ? "right" : "top", color: style("--soft"), formatter: (p) => (p.value === null ? "" : number(p.value)) },
        })),
      };
    },
    graph: (data, chart) => ({
      tooltip: { formatter: (p) => (p.dataType === "node" ? p.data.text : "") },
      legend: { data: data.kinds, textStyle: { color: style("--ink") }, top: 0 },
      series: [{
        type: "graph", layout: "force", roam: false, draggable: false, top: 40, bottom: 20, left: "15%", right: "15%",
        // On a phone things stand closer, else some are outside; no name runs over the edge.
        force: narrow()
          ? { repulsion: 170, edgeLength: [50, 110], gravity: 0.16, layoutAnimation: false }
          : { repulsion: 460, edgeLength: [90, 220], gravity: 0.12, layoutAnimation: false },
        categories: data.kinds.map((n, i) => ({ name: n, symbol: i ? "rect" : "circle" })),
        data: data.nodes.map((n) => ({
          id: n.id, name: n.id, text: n.name, href: n.href, category: n.kind, symbolSize: n.centre ? 30 : 16,
          label: { show: data.nodes.length < 40, formatter: short(n.name, narrow() ? 8 : 14), color: style("--ink"), position: "right", fontSize: 12, fontWeight: n.centre ? 700 : 400 },
        })),
        links: data.links,
        labelLayout: ({ labelRect }) => ({
          x: Math.max(2, Math.min(labelRect.x, chart.getWidth() - labelRect.width - 2)), hideOverlap: true,
        }),
        lineStyle: { color: style("--soft"), opacity: 0.5 },
        emphasis: { focus: "adjacency" },
      }],
    }),
  };
  const name = (data, id) => (data.nodes.find((n) => n.id === id) || {}).name || id;
  const narrow = () => innerWidth < 640;
  /** How long a name of a series may be: it has to stand in one line. */
  const legendLength = () => Math.floor((Math.min(innerWidth, 1184) - 90) / 14);
  /** How many lines the names of the series take: a Chinese character is as wide as its size, a Latin one half of it. */
  const legendLines = (data) => {
    const wide = (text) => [...short(text, legendLength())].reduce((sum, c) => sum + (c > "\u2e7f" ? 12 : 7), 45);
    return Math.ceil(data.series.reduce((sum, s) => sum + wide(s.name), 0) / (Math.min(innerWidth, 1184) - 40));
  };

  const height = (kind, data) => {
    if (kind === "bars" && data.flat) return Math.max(160, data.labels.length * (10 + 16 * Math.max(data.series.length, 1.25)) + 70 + (data.series.length > 1 ? 22 * legendLines(data) : 0));
    if (kind === "sankey") return Math.max(280, Math.min(640, data.nodes.length * 24));
    if (kind === "graph") return data.nodes.length > 12 ? 520 : 360;
    return kind === "treemap" ? 420 : 340;
  };

  /** Draw data of a kind in a figure, and again when the colours or the width change. */
  window.drawPicture = (figure, kind, data) => {
    const holder = document.createElement("div");
    figure.querySelectorAll("div").forEach((old) => old.remove());
    figure.append(holder);
    figure.hidden = false;
    holder.style.height = height(kind, data) + "px";
    const chart = window.echarts.init(holder, null, { renderer: "canvas" });
    const draw = () => {
      const made = makers[kind](data, chart);
      const common = base();
      chart.setOption({ ...common, ...made, tooltip: { ...common.tooltip, ...made.tooltip } }, true);
    };
    draw();
    figure.dataset.drawn = "true";
    chart.on("click", (event) => {
      const href = event.data && event.data.href;
      if (href) location.href = href;
    });
    const again = () => { chart.resize(); draw(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    addEventListener("resize", again);
    addEventListener("beforeprint", again);
    return chart;
  };

  for (const figure of document.querySelectorAll("figure.picture[data-kind]")) {
    const block = figure.querySelector("script");
    window.drawPicture(figure, figure.dataset.kind, JSON.parse(block.textContent));
  }
})();
