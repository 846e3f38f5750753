/**
 * Draws the hints of edited lines dimmed: VS Code draws every inlay hint alike, and these numbers
 * are of a text that is no longer there.
 */

import * as vscode from "vscode";

export class EditedHints implements vscode.Disposable {
  private readonly look = vscode.window.createTextEditorDecorationType({
    after: {
      margin: "0 0 0 0.5em",
      color: new vscode.ThemeColor("disabledForeground"),
      fontStyle: "italic",
    },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly drawn = new WeakMap<vscode.TextDocument, vscode.DecorationOptions[]>();
  private readonly whenShown = vscode.window.onDidChangeVisibleTextEditors((editors) => {
    for (const editor of editors) {
      editor.setDecorations(this.look, this.drawn.get(editor.document) ?? []);
    }
  });

  /** Draws those of a range and returns the other ones, which VS Code draws. */
  take(
    document: vscode.TextDocument,
    range: vscode.Range,
    hints: vscode.InlayHint[] | null | undefined,
  ): vscode.InlayHint[] {
    const edited = (hints ?? []).filter(isEdited);
    const lines = (line: number) => range.start.line <= line && line <= range.end.line;
    const before = this.drawn.get(document) ?? [];
    const kept = before.filter((it) => !lines(it.range.start.line));
    const all = kept.concat(edited.map(option));
    if (before.length > 0 || all.length > 0) {
      this.drawn.set(document, all);
      for (const editor of vscode.window.visibleTextEditors) {
        if (editor.document === document) {
          editor.setDecorations(this.look, all);
        }
      }
    }
    return (hints ?? []).filter((it) => !isEdited(it));
  }

  dispose(): void {
    this.whenShown.dispose();
    this.look.dispose();
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
