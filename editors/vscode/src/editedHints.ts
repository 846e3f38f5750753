/**
 * Draws the hints of edited lines dimmed: VS Code draws every inlay hint alike, and these numbers
 * are of a text that is no longer there.
 */

import * as vscode from "vscode";

/** What is drawn in one text of a document; an edit moves it, and the next answer replaces it. */
interface Drawn {
  version: number;
  options: vscode.DecorationOptions[];
}

type Hints = vscode.InlayHint[] | null | undefined;

export class EditedHints implements vscode.Disposable {
  private readonly look = vscode.window.createTextEditorDecorationType({
    after: {
      margin: "0 0 0 0.5em",
      color: new vscode.ThemeColor("disabledForeground"),
      fontStyle: "italic",
    },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private drawn = new WeakMap<vscode.TextDocument, Drawn>();
  private readonly whenShown = vscode.window.onDidChangeVisibleTextEditors(() => this.draw());

  /** Asks for the hints of a range, draws the edited ones and returns the others. */
  async provide(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
    ask: () => vscode.ProviderResult<vscode.InlayHint[]>,
  ): Promise<Hints> {
    const version = document.version;
    const hints: Hints = await ask();
    // The lines of an older text are wrong by now, and VS Code asks again.
    if (document.version === version && !token.isCancellationRequested) {
      const isAsked = (line: number) => range.start.line <= line && line <= range.end.line;
      const before = this.optionsOf(document);
      const kept = before.filter((it) => !isAsked(it.range.start.line));
      const options = kept.concat((hints ?? []).filter(isEdited).map(option));
      this.drawn.set(document, { version, options });
      this.draw(document);
    }
    return hints?.filter((it) => !isEdited(it));
  }

  /** Nothing is known any more. */
  clear(): void {
    this.drawn = new WeakMap();
    this.draw();
  }

  dispose(): void {
    this.whenShown.dispose();
    this.look.dispose();
  }

  /** What was drawn in the text as it is now; nothing of an older one, whose lines have moved. */
  private optionsOf(document: vscode.TextDocument): vscode.DecorationOptions[] {
    const drawn = this.drawn.get(document);
    return drawn?.version === document.version ? drawn.options : [];
  }

  private draw(document?: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (!document || editor.document === document) {
        editor.setDecorations(this.look, this.optionsOf(editor.document));
      }
    }
  }
}

function isEdited(hint: vscode.InlayHint): boolean {
  // The client's own class keeps what the server sent beside the hint.
  const data: unknown = (hint as { data?: unknown }).data;
  return typeof data === "object" && data !== null && "edited" in data;
}

function option(hint: vscode.InlayHint): vscode.DecorationOptions {
  const contentText =
    typeof hint.label === "string" ? hint.label : hint.label.map((it) => it.value).join("");
  return {
    range: new vscode.Range(hint.position, hint.position),
    renderOptions: { after: { contentText } },
  };
}
