/**
 * Colours hot lines, with a mark in the overview ruler, and draws the hints of edited lines
 * dimmed: VS Code draws every inlay hint alike, and those numbers are of a text that is no longer
 * there.
 *
 * The hints of a whole document are asked for here, beside VS Code's own questions about what is
 * on screen: the ruler shows all of it, and colours stay when hints are switched off.
 */

import * as vscode from "vscode";
import type { HintData } from "./protocol";

/** Asks for the hints of a whole document; none where nothing can be asked. */
export type AskHints = (document: vscode.TextDocument) => Promise<vscode.InlayHint[] | undefined>;

const LANGUAGES = ["go", "c", "cpp"];

export class LineMarks implements vscode.Disposable {
  private readonly hot = heatLook("hot");
  private readonly warm = heatLook("warm");
  private readonly edited = vscode.window.createTextEditorDecorationType({
    after: {
      margin: "0 0 0 0.5em",
      color: new vscode.ThemeColor("disabledForeground"),
      fontStyle: "italic",
    },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly events: vscode.Disposable[];

  constructor(private readonly ask: AskHints) {
    this.events = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.refresh()),
      vscode.workspace.onDidChangeTextDocument((event) => this.changed(event)),
    ];
  }

  /** Asks anew for every document on screen. */
  refresh(): void {
    for (const document of new Set(vscode.window.visibleTextEditors.map((it) => it.document))) {
      void this.update(document);
    }
  }

  /** Nothing is known any more. */
  clear(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      this.draw(editor, []);
    }
  }

  dispose(): void {
    for (const it of [...this.events, this.hot, this.warm, this.edited]) {
      it.dispose();
    }
  }

  private changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length > 0) {
      // Where these are drawn, VS Code moves them with the text until the answer is there; the
      // numbers of an edited line may stand on another one by then.
      for (const editor of editorsOf(document)) {
        editor.setDecorations(this.edited, []);
      }
      void this.update(document);
    }
  }

  private async update(document: vscode.TextDocument): Promise<void> {
    if (!LANGUAGES.includes(document.languageId) || document.uri.scheme !== "file") {
      return;
    }
    const { version } = document;
    const hints = await this.ask(document);
    // The lines of an older text are wrong by now, and a newer question is on its way.
    if (hints && document.version === version) {
      for (const editor of editorsOf(document)) {
        this.draw(editor, hints);
      }
    }
  }

  private draw(editor: vscode.TextEditor, hints: vscode.InlayHint[]): void {
    const lines = (heat: HintData["heat"]) =>
      hints
        .filter((it) => hintData(it)?.heat === heat)
        .map((it) => new vscode.Range(it.position, it.position));
    editor.setDecorations(this.hot, lines("hot"));
    editor.setDecorations(this.warm, lines("warm"));
    editor.setDecorations(this.edited, hints.filter(isEdited).map(option));
  }
}

/** The hints that VS Code is to draw: the others are drawn here. */
export function drawnByVsCode(hints: vscode.InlayHint[] | null | undefined): vscode.InlayHint[] {
  return (hints ?? []).filter((it) => !isEdited(it));
}

function editorsOf(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((it) => it.document === document);
}

function heatLook(heat: "hot" | "warm"): vscode.TextEditorDecorationType {
  const color = (part: string) => new vscode.ThemeColor(`pprofLens.${heat}Line${part}`);
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: color("Background"),
    borderColor: color("Border"),
    borderStyle: "solid",
    borderWidth: "0 0 0 3px",
    overviewRulerColor: color("Border"),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** The client's own class keeps what the server sent beside the hint. */
function hintData(hint: vscode.InlayHint): HintData | undefined {
  return (hint as { data?: HintData }).data;
}

function isEdited(hint: vscode.InlayHint): boolean {
  return hintData(hint)?.edited === true;
}

function option(hint: vscode.InlayHint): vscode.DecorationOptions {
  const contentText =
    typeof hint.label === "string" ? hint.label : hint.label.map((it) => it.value).join("");
  return {
    range: new vscode.Range(hint.position, hint.position),
    renderOptions: { after: { contentText } },
  };
}
