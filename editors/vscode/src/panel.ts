/** A web view beside the code: what it shows comes in one message, what is clicked comes back. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { openPlace } from "./place";
import { plain } from "./plain";
import type { Place } from "./protocol";

/** What a page asks of the extension. */
export interface PageMessage {
  type: "ready" | "open" | "ask";
  place?: Place;
  /** Of `open`: whether the cursor goes there, too. */
  takesFocus?: boolean;
  /** Of `ask`: a function. */
  function?: string;
}

export class Panel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private content: unknown;

  /**
   * `name` is the page in `out/webview`. `answer` says what to tell a page that asks about a
   * function, beside the content that it shows.
   */
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly name: string,
    private readonly answer?: (name: string) => Promise<unknown>,
  ) {}

  /** Shows the content under a title; an open panel is used again. */
  show(title: string, content: unknown): void {
    this.content = content;
    const isNew = !this.panel;
    this.panel ??= this.open();
    this.panel.title = plain(title, 60);
    if (!isNew) {
      this.panel.reveal(undefined, false);
      this.send();
    }
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const root = vscode.Uri.joinPath(this.extensionUri, "out", "webview");
    const panel = vscode.window.createWebviewPanel(
      `pprof-lens.${this.name}`,
      "pprof-lens",
      { viewColumn: columnOfPanels() },
      // Zoom and search stay while another tab is looked at.
      { enableScripts: true, localResourceRoots: [root], retainContextWhenHidden: true },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "icon.svg");
    panel.webview.onDidReceiveMessage((it: PageMessage) => this.received(it));
    panel.onDidDispose(() => (this.panel = undefined));
    panel.webview.html = page(panel.webview, root, this.name);
    return panel;
  }

  private async received(message: PageMessage): Promise<void> {
    if (message.type === "ready") {
      this.send();
    } else if (message.type === "open" && message.place) {
      await openPlace(message.place, message.takesFocus === true);
    } else if (message.type === "ask" && message.function) {
      const answer = await this.answer?.(message.function);
      await this.panel?.webview.postMessage({ type: "answer", answer });
    }
  }

  private send(): void {
    void this.panel?.webview.postMessage({ type: "show", content: this.content });
  }
}

/** Panels stand in one column, beside the code. */
function columnOfPanels(): vscode.ViewColumn {
  const isPanel = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputWebview && input.viewType.includes("pprof-lens.");
  const group = vscode.window.tabGroups.all.find((it) => it.tabs.some(isPanel));
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** Nothing is loaded from elsewhere, and no text of a profile becomes markup: scripts write text. */
function page(webview: vscode.Webview, root: vscode.Uri, name: string): string {
  const nonce = randomBytes(16).toString("hex");
  const file = (it: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, it)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file("panel.css")}">
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
</body>
</html>`;
}
