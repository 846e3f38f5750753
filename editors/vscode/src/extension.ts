/** Starts and stops the extension; everything else is in the files beside this one. */

import * as vscode from "vscode";
import { Server } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new Server(context);
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
