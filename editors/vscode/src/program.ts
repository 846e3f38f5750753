/** Where the server is: what the user says, what came with the extension, or the `PATH`. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

export function serverProgram(extensionUri: vscode.Uri): string {
  const asked = vscode.workspace.getConfiguration("pprof-lens").get<string>("server.path");
  const name = process.platform === "win32" ? "pprof-lens.exe" : "pprof-lens";
  const bundled = path.join(extensionUri.fsPath, "server", name);
  return asked || (existsSync(bundled) ? bundled : "pprof-lens");
}
