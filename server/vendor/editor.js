// CodeMirror 6 with its SPARQL mode, as one function that puts an editor over a textarea.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippet } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours are the page's own custom properties, so that dark mode needs nothing here.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.atom, tags.namespace, tags.typeName], color: "var(--link)" },
  { tag: [tags.string, tags.number, tags.literal], color: "var(--code-string)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);
const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--ground)", border: "1px solid var(--line)", borderRadius: "6px", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace", lineHeight: "1.55", minHeight: "18rem", maxHeight: "70vh" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--mark) !important" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--ground)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.8" },
  ".cm-tooltip.cm-completionInfo": { maxWidth: "22rem", whiteSpace: "pre-line" },
});

/** `options`: label, run(), complete(before, explicit) → {length, options} or null. */
function mount(area, options) {
  const source = (context) => {
    const line = context.state.sliceDoc(0, context.pos);
    const found = options.complete(line, context.explicit);
    if (!found) return null;
    const items = found.options.map((item) => (item.template ? { ...item, apply: snippet(item.template) } : item));
    return { from: context.pos - found.length, options: items, validFor: /^[\w:-]*$/ };
  };
  // In a shadow root CodeMirror adopts its style sheets instead of writing <style>, which the site's policy refuses.
  const host = document.createElement("div");
  area.parentNode.append(host);
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    doc: area.value,
    parent: root,
    root,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (options.run(), true) }])),
      lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      autocompletion({ override: [source] }), highlightActiveLine(), highlightSelectionMatches(), lintGutter(),
      StreamLanguage.define(sparql), syntaxHighlighting(colours), indentUnit.of("  "), EditorState.tabSize.of(2),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.lineWrapping, theme,
      EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false" }),
      // Typed over a selection, Chromium keeps its colour as an inline style, which the site's policy refuses.
      EditorView.domEventHandlers({
        beforeinput: (event, over) => {
          if (event.inputType !== "insertText" || over.state.selection.main.empty || !/^[\w?]$/.test(event.data)) return false;
          over.dispatch(over.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
          return true;
        },
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
    ],
  });
  return {
    focus: () => view.focus(),
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    /** Mark an error at a line and column, both from 1; without a line, no error. */
    mark: (line, column, message) => {
      let found = [];
      if (line) {
        const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
        const from = Math.min(at.from + Math.max((column || 1) - 1, 0), at.to);
        found = [{ from: from === at.to ? at.from : from, to: at.to, severity: "error", message }];
        view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      }
      view.dispatch(setDiagnostics(view.state, found));
    },
  };
}

window.sparqlEditor = { mount };
