import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript, typescriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { styleNonce } from "../policy.ts";
import { completions } from "./completions.ts";

/** What is marked in a line of the program. */
export interface Mark {
  readonly line: number;
  readonly kind: "failed" | "made";
  readonly message: string;
}

/** What the editor tells the page. */
export interface EditorEvents {
  changed(text: string): void;
  run(): void;
}

/** The editor of the program's text. */
export class Editor {
  readonly #view: EditorView;
  readonly #events: EditorEvents;

  constructor(parent: HTMLElement, text: string, events: EditorEvents) {
    this.#events = events;
    this.#view = new EditorView({ parent, state: this.#stateOf(text) });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Shows another program, whose past changes begin anew. */
  set text(text: string) {
    this.#view.setState(this.#stateOf(text));
  }

  /** Marks lines, instead of those marked before. */
  mark(marks: readonly Mark[]): void {
    const { doc } = this.#view.state;
    const known = marks.filter(({ line }) => line >= 1 && line <= doc.lines);
    const diagnostics = known.map(({ line, kind, message }): Diagnostic => {
      const { from, to, text } = doc.line(line);
      return {
        from: from + (text.length - text.trimStart().length),
        to,
        severity: kind === "failed" ? "error" : "info",
        message,
      };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics), { effects: setMarks.of(known) });
  }

  /** Brings a line into view, and shows it for a moment. */
  showLine(line: number): void {
    const { doc } = this.#view.state;
    if (line < 1 || line > doc.lines) return;
    const { from } = doc.line(line);
    this.#view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    this.#view.focus();
  }

  #stateOf(doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        keymap.of([
          {
            key: "Mod-Enter",
            preventDefault: true,
            run: () => {
              this.#events.run();
              return true;
            },
          },
        ]),
        EditorView.cspNonce.of(styleNonce),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        highlightActiveLine(),
        highlightSelectionMatches(),
        lintGutter(),
        markField,
        javascript({ typescript: true }),
        typescriptLanguage.data.of({ autocomplete: completions(libraryNames) }),
        syntaxHighlighting(colours),
        looks,
        EditorView.contentAttributes.of({ "aria-label": "Program", spellcheck: "false", tabindex: "0" }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#events.changed(this.text);
        }),
      ],
    });
  }
}

const setMarks = StateEffect.define<readonly Mark[]>();

/** The background of marked lines; any change of the text takes marks away, for nobody knows then whether they hold. */
const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { docChanged, effects, state }) {
    let now = docChanged ? Decoration.none : marks;
    for (const effect of effects)
      if (effect.is(setMarks))
        now = Decoration.set(
          effect.value.map(({ line, kind }) =>
            Decoration.line({ class: `line-${kind}` }).range(state.doc.line(line).from),
          ),
          true,
        );
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Colours of the style sheet, which change with the scheme. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className], color: "var(--code-type)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-function)",
  },
  { tag: [tags.definition(tags.variableName)], color: "var(--code-name)" },
  { tag: [tags.invalid], color: "var(--danger)" },
]);

const looks = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--code-size)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 16px 0 6px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 14px", minWidth: "32px" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--match)", outline: "1px solid var(--rule)" },
  ".line-failed": { backgroundColor: "var(--danger-soft) !important" },
  ".line-made": { backgroundColor: "var(--note-soft) !important" },
  ".cm-gutter-lint": { width: "12px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  // Instead of the pictures that the package brings, which are of one colour scheme and of addresses the page forbids.
  ".cm-lint-marker": {
    content: "normal",
    width: "7px",
    height: "7px",
    margin: "7px auto 0",
    borderRadius: "50%",
  },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--danger)" },
  ".cm-lint-marker-info": { content: "normal", backgroundColor: "var(--warn)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--danger) 1px" },
  ".cm-lintRange-info, .cm-lintRange-active": { backgroundImage: "none" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--rule)",
    borderRadius: "6px",
    maxWidth: "min(560px, 90vw)",
  },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--rule)" },
  ".cm-textfield": { backgroundColor: "var(--paper)", borderColor: "var(--rule)", color: "var(--ink)" },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--paper)",
    borderColor: "var(--rule)",
    color: "var(--ink)",
  },
});
