/** Runs the language server, and gives its commands what they ask and a place to show answers. */

import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  LanguageClient,
  LanguageClientOptions,
  ServerOptions,
} from "vscode-languageclient/node";
import { askArgument } from "./ask";
import { EditedHints } from "./editedHints";
import { argumentOfButton } from "./goroutineTree";
import { GoroutinesView } from "./goroutinesView";
import { isSlow, runSlowly } from "./progress";
import type { Goroutines, GoroutinesArgs, Status } from "./protocol";
import { Pages, showResult } from "./show";
import { StatusBar, showMenu } from "./statusBar";

const SECTION = "pprof-lens";

export class Server {
  private readonly log = vscode.window.createOutputChannel(SECTION, { log: true });
  private readonly statusBar = new StatusBar();
  private readonly pages = new Pages();
  private readonly goroutines = new GoroutinesView((args) => this.lastLook(args));
  private readonly editedHints = new EditedHints();
  private client: LanguageClient | undefined;
  private restarts = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    context.subscriptions.push(
      this.log,
      this.statusBar,
      this.pages,
      this.goroutines,
      this.editedHints,
      vscode.commands.registerCommand(`${SECTION}.menu`, () => showMenu(context)),
      vscode.commands.registerCommand(`${SECTION}.restart`, () => this.restart()),
      vscode.commands.registerCommand(`${SECTION}.log`, () => this.log.show()),
      vscode.commands.registerCommand(`${SECTION}.refresh`, () =>
        this.command("goroutines", this.goroutines.args),
      ),
      vscode.window.onDidChangeWindowState(() => this.sendActivity()),
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
    client.onNotification(`${SECTION}/status`, (status: Status) => this.showStatus(status));
    client.onNotification(`${SECTION}/goroutinesChanged`, () => this.goroutines.lookHappened());
    try {
      await client.start();
      await this.sendActivity();
    } catch (error) {
      this.log.error(String(error));
      this.statusBar.show("pprof-lens: not running");
      void this.offerSettings();
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.goroutines.clear();
    this.editedHints.clear();
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
      // What Go calls by cgo is part of the program.
      documentSelector: ["go", "c", "cpp"].map((language) => ({ scheme: "file", language })),
      outputChannel: this.log,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        settings: settings(),
        client: { showsResults: true },
      },
      middleware: {
        provideInlayHints: (document, range, token, next) =>
          this.editedHints.provide(document, range, token, () => next(document, range, token)),
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

  private showStatus(status: Status): void {
    this.statusBar.show(status.text);
    if (status.state === "detached") {
      this.goroutines.clear();
    }
  }

  /** Asks for what a command still needs, runs it and shows its answer, or the one thing wrong. */
  private async command(name: string, given: unknown): Promise<void> {
    try {
      const argument =
        argumentOfButton(name, given) ??
        (await askArgument(this.context, name, (it, argument) => this.run(it, argument)));
      if (argument !== undefined) {
        await this.show(name, argument, await this.run(name, argument));
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(`pprof-lens: ${message}`);
    }
  }

  private async show(name: string, argument: object, result: unknown): Promise<void> {
    if (name === "goroutines" && result) {
      await this.goroutines.show(result as Goroutines, argument as GoroutinesArgs);
    } else {
      await showResult(this.pages, name, result);
    }
  }

  private async run(name: string, argument?: unknown): Promise<unknown> {
    const params = { command: `${SECTION}.${name}`, arguments: argument ? [argument] : [] };
    return isSlow(name)
      ? runSlowly(this.client, params)
      : this.client?.sendRequest(ExecuteCommandRequest.type, params);
  }

  /** Nobody asked for this: without an answer the tree stays as it is. */
  private async lastLook(args: GoroutinesArgs): Promise<Goroutines | undefined> {
    const params = { command: `${SECTION}.goroutines`, arguments: [args] };
    try {
      return await this.client?.sendRequest(ExecuteCommandRequest.type, params);
    } catch (error) {
      this.log.debug(String(error));
      return undefined;
    }
  }

  /** The server asks the program nothing by itself while nobody works here. */
  private async sendActivity(): Promise<void> {
    if (this.client?.isRunning()) {
      const { focused } = vscode.window.state;
      await this.client.sendNotification(`${SECTION}/activity`, { active: focused });
    }
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
