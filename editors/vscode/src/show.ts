/** Shows what a command answered: a line as a message, more text in a read-only document. */

import * as vscode from "vscode";
import type { Answer } from "./protocol";

const SCHEME = "pprof-lens";

/** Read-only documents named after the command that filled them. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  /** Fills the page of this name and shows it beside the code. */
  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${name}.txt` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** Shows an answer: a line as a message, more in a document. */
export async function showResult(pages: Pages, name: string, result: unknown): Promise<void> {
  const { text } = result as Answer;
  if (text?.includes("\n")) {
    await pages.show(name, text);
  } else if (text) {
    void vscode.window.showInformationMessage(`pprof-lens: ${text}`);
  }
}
