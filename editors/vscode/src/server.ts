/** Runs the language server, and gives its commands what they ask and a place to show answers. */

import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  InlayHintRequest,
  LanguageClient,
  LanguageClientOptions,
  State,
} from "vscode-languageclient/node";
import { askArgument } from "./ask";
import { registerButtons } from "./buttons";
import { setContextKeys } from "./contextKeys";
import { argumentOfButton } from "./goroutineTree";
import { LineMarks, drawnByVsCode } from "./lineMarks";
import { serverProgram } from "./program";
import { isSlow, runSlowly } from "./progress";
import type { Status } from "./protocol";
import { StatusBar, showMenu } from "./statusBar";
import { Views } from "./views";

const SECTION = "pprof-lens";

export class Server {
  private readonly log = vscode.window.createOutputChannel(SECTION, { log: true });
  private readonly statusBar = new StatusBar();
  private readonly views: Views;
  private readonly lineMarks = new LineMarks((document) => this.hints(document));
  private client: LanguageClient | undefined;
  private status: Status | undefined;
  private restarts = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    this.views = new Views(context.extensionUri, (name, argument) => this.quietly(name, argument));
    context.subscriptions.push(
      this.log,
      this.statusBar,
      this.views,
      this.lineMarks,
      ...registerButtons((name, argument) => this.command(name, argument)),
      vscode.commands.registerCommand(`${SECTION}.menu`, () => showMenu(context)),
      vscode.commands.registerCommand(`${SECTION}.restart`, () => this.restart()),
      vscode.commands.registerCommand(`${SECTION}.log`, () => this.log.show()),
      vscode.commands.registerCommand(`${SECTION}.refreshLists`, () => this.views.refresh()),
      vscode.commands.registerCommand(`${SECTION}.refresh`, () =>
        this.command("goroutines", this.views.goroutines.args),
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
    const program = serverProgram(this.context.extensionUri);
    const options = { command: program, args: ["lsp"] };
    const client = new LanguageClient(SECTION, SECTION, options, this.clientOptions());
    this.client = client;
    client.onNotification(`${SECTION}/status`, (status: Status) => this.statusChanged(status));
    client.onNotification(`${SECTION}/marksChanged`, () => this.marksChanged());
    client.onNotification(`${SECTION}/goroutinesChanged`, () =>
      this.views.goroutines.lookHappened(),
    );
    // A server that died is started again by the client.
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        void this.sendActivity();
      } else if (newState === State.Stopped) {
        this.forget();
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
      this.forget();
      void this.offerSettings(program);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.forget();
    // A client that never came up has nothing to stop, and says so by throwing.
    await client?.dispose().catch((error) => this.log.debug(String(error)));
  }

  /** What was shown is of a server that runs no more. */
  private forget(): void {
    this.status = undefined;
    setContextKeys();
    this.statusBar.show("pprof-lens: not running");
    this.views.clear();
    this.lineMarks.clear();
  }

  /** One restart after the other: settings can change faster than a server starts. */
  private restart(): Promise<void> {
    this.restarts = this.restarts.then(() => this.stop()).then(() => this.start());
    return this.restarts;
  }

  private async offerSettings(program: string): Promise<void> {
    const open = "Open settings";
    const picked = await vscode.window.showErrorMessage(
      `pprof-lens: cannot run "${program}". Install it with "cargo install --path server", or say where it is in pprof-lens.server.path.`,
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
        provideInlayHints: async (document, range, token, next) =>
          drawnByVsCode(await next(document, range, token)),
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

  private statusChanged(status: Status): void {
    this.status = status;
    setContextKeys(status);
    this.statusBar.show(status.text);
    this.views.statusChanged(status);
  }

  private marksChanged(): void {
    this.views.marksChanged();
    this.lineMarks.refresh();
  }

  /** Asks for what a command still needs, runs it and shows its answer, or the one thing wrong. */
  private async command(name: string, given: unknown): Promise<void> {
    try {
      const run = (it: string, argument?: unknown) => this.run(it, argument);
      const argument =
        argumentOfButton(name, given) ?? (await askArgument(this.context, name, this.status, run));
      if (argument !== undefined) {
        await this.views.show(name, argument, await this.run(name, argument));
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

  /** Nobody asked for this: without an answer what is shown stays as it is. */
  private async quietly<T>(name: string, argument?: object): Promise<T | undefined> {
    const params = { command: `${SECTION}.${name}`, arguments: argument ? [argument] : [] };
    try {
      return await this.running()?.sendRequest(ExecuteCommandRequest.type, params);
    } catch (error) {
      this.log.debug(String(error));
      return undefined;
    }
  }

  private async hints(document: vscode.TextDocument): Promise<vscode.InlayHint[] | undefined> {
    const client = this.running();
    const params = {
      textDocument: { uri: document.uri.toString() },
      range: { start: { line: 0, character: 0 }, end: { line: document.lineCount, character: 0 } },
    };
    try {
      const hints = await client?.sendRequest(InlayHintRequest.type, params);
      return await client?.protocol2CodeConverter.asInlayHints(hints ?? []);
    } catch (error) {
      this.log.debug(String(error));
      return undefined;
    }
  }

  private running(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** The server asks the program nothing by itself while nobody works here. */
  private async sendActivity(): Promise<void> {
    const { focused } = vscode.window.state;
    await this.running()?.sendNotification(`${SECTION}/activity`, { active: focused });
  }

  private async sendSettings(): Promise<void> {
    await this.running()?.sendNotification("workspace/didChangeConfiguration", {
      settings: { [SECTION]: settings() },
    });
  }
}

/** The server's settings: all of the section but what is the extension's own. */
function settings(): Record<string, unknown> {
  const { server: _own, ...rest } = JSON.parse(
    JSON.stringify(vscode.workspace.getConfiguration(SECTION)),
  );
  return rest;
}
