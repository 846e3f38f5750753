/** Runs the language server, and gives its commands what they ask and a place to show answers. */

import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  LanguageClient,
  LanguageClientOptions,
  ServerOptions,
} from "vscode-languageclient/node";
import { askArgument } from "./ask";
import { isSlow, runSlowly } from "./progress";
import type { Status } from "./protocol";
import { Pages, showResult } from "./show";
import { StatusBar, showMenu } from "./statusBar";

const SECTION = "pprof-lens";

export class Server {
  private readonly log = vscode.window.createOutputChannel(SECTION, { log: true });
  private readonly statusBar = new StatusBar();
  private readonly pages = new Pages();
  private client: LanguageClient | undefined;
  private restarts = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    context.subscriptions.push(
      this.log,
      this.statusBar,
      this.pages,
      vscode.commands.registerCommand(`${SECTION}.menu`, () => showMenu(context)),
      vscode.commands.registerCommand(`${SECTION}.restart`, () => this.restart()),
      vscode.commands.registerCommand(`${SECTION}.log`, () => this.log.show()),
      vscode.workspace.onDidChangeConfiguration(async (event) => {
        if (event.affectsConfiguration(`${SECTION}.server`)) {
          await this.restart();
        }
      }),
    );
  }

  /** Starts the server. A failure is shown with what to do; the restart command tries again. */
  async start(): Promise<void> {
    const client = new LanguageClient(SECTION, SECTION, serverOptions(), this.clientOptions());
    this.client = client;
    client.onNotification(`${SECTION}/status`, (status: Status) => this.statusBar.show(status.text));
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
      this.statusBar.show("pprof-lens: not running");
      void this.offerSettings();
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A client that never came up has nothing to stop, and says so by throwing.
    await client?.dispose().catch((error) => this.log.debug(String(error)));
  }

  /** One restart after the other: settings can change faster than a server starts. */
  private restart(): Promise<void> {
    this.restarts = this.restarts.then(() => this.stop()).then(() => this.start());
    return this.restarts;
  }

  private async offerSettings(): Promise<void> {
    const open = "Open settings";
    const picked = await vscode.window.showErrorMessage(
      `pprof-lens: cannot run "${program()}". Install it with "cargo install --path server", or say where it is in pprof-lens.server.path.`,
      open,
    );
    if (picked === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.server.path`);
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file", language: "go" }],
      outputChannel: this.log,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        settings: settings(),
        client: { showsResults: true },
      },
      middleware: {
        executeCommand: (command, args) => this.command(command.slice(SECTION.length + 1), args[0]),
        workspace: {
          // The section holds the extension's own settings too, which the server does not know.
          didChangeConfiguration: () => this.sendSettings(),
          configuration: (params) =>
            params.items.map((it) => (it.section === SECTION ? settings() : null)),
        },
      },
    };
  }

  /** Asks for what a command still needs, runs it and shows its answer, or the one thing wrong. */
  private async command(name: string, given: unknown): Promise<void> {
    try {
      const argument = given ?? (await askArgument(this.context, name, (it, argument) => this.run(it, argument)));
      if (argument !== undefined) {
        await showResult(this.pages, name, await this.run(name, argument));
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(`pprof-lens: ${message}`);
    }
  }

  private async run(name: string, argument?: unknown): Promise<unknown> {
    const params = { command: `${SECTION}.${name}`, arguments: argument ? [argument] : [] };
    return isSlow(name)
      ? runSlowly(this.client, params)
      : this.client?.sendRequest(ExecuteCommandRequest.type, params);
  }

  private async sendSettings(): Promise<void> {
    await this.client?.sendNotification("workspace/didChangeConfiguration", {
      settings: { [SECTION]: settings() },
    });
  }
}

function program(): string {
  const path = vscode.workspace.getConfiguration(SECTION).get<string>("server.path");
  return path || SECTION;
}

function serverOptions(): ServerOptions {
  return { command: program(), args: ["lsp"] };
}

/** The server's settings: all of the section but what is the extension's own. */
function settings(): Record<string, unknown> {
  const { server: _own, ...rest } = JSON.parse(
    JSON.stringify(vscode.workspace.getConfiguration(SECTION)),
  );
  return rest;
}
