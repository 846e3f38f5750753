/** The views of the side bar and the panels beside the code, and which command fills which. */

import * as vscode from "vscode";
import { GoroutinesView } from "./goroutinesView";
import { ListView, type Listed } from "./listView";
import { captureRows, findingRows, targetRows } from "./lists";
import { Panel } from "./panel";
import type {
  Captures,
  Finding,
  Flamegraph,
  Goroutines,
  GoroutinesArgs,
  Hot,
  SavedCapture,
  Status,
  Target,
} from "./protocol";
import { Pages, showResult } from "./show";

/** Runs a command that nobody has asked for; `undefined` where there is no answer. */
export type RunQuietly = <T>(name: string, argument?: object) => Promise<T | undefined>;

export class Views implements vscode.Disposable {
  readonly goroutines: GoroutinesView;
  private readonly targets: ListView<Target>;
  private readonly findings: ListView<Finding>;
  private readonly captures: ListView<SavedCapture>;
  private readonly flame: Panel;
  private readonly hot: Panel;
  private readonly pages = new Pages();
  private status: Status | undefined;
  /** What the table shows: who calls its functions is asked of the same capture. */
  private listed: Hot | undefined;

  constructor(extensionUri: vscode.Uri, run: RunQuietly) {
    const list = <A, T>(name: string, rows: (answer: A) => Listed<T>) => async () => {
      const answer = await run<A>(name);
      return answer && rows(answer);
    };
    this.goroutines = new GoroutinesView((args) => run<Goroutines>("goroutines", args));
    this.targets = new ListView(
      "pprof-lens.targetTree",
      list("targets", (it: Target[]) => targetRows(it, this.status)),
    );
    this.findings = new ListView("pprof-lens.findingTree", list("findings", findingRows));
    this.captures = new ListView(
      "pprof-lens.captureTree",
      list<Captures, SavedCapture>("captures", captureRows),
      true,
    );
    this.flame = new Panel(extensionUri, "flame");
    this.hot = new Panel(extensionUri, "hot", (name) => {
      const { kind, capture } = this.listed ?? {};
      return run("peek", { function: name, kind, capture });
    });
  }

  /** Shows an answer to somebody who asked. */
  async show(name: string, argument: object, result: unknown): Promise<void> {
    if (!result) {
      return;
    }
    switch (name) {
      case "goroutines":
        return this.goroutines.show(result as Goroutines, argument as GoroutinesArgs);
      case "flamegraph":
        return this.flame.show(`Flame graph: ${(result as Flamegraph).kind}`, result);
      case "hot":
        this.listed = result as Hot;
        return this.hot.show(`Hot functions: ${this.listed.kind}`, result);
      case "targets":
        return this.targets.show();
      case "captures":
        return this.captures.show();
      case "findings":
        return this.findings.show();
      case "nameCapture":
      case "pinCapture":
        this.captures.refresh();
        return showResult(this.pages, name, result);
      default:
        return showResult(this.pages, name, result);
    }
  }

  /** The server has said what it is attached to and what it has captured. */
  statusChanged(status: Status): void {
    this.status = status;
    this.targets.refresh();
    this.captures.refresh();
    if (status.state === "detached") {
      this.goroutines.clear();
    }
  }

  /** What is drawn on the lines has changed. */
  marksChanged(): void {
    this.findings.refresh();
  }

  /** Somebody wants to see all lists anew. */
  refresh(): void {
    this.targets.refresh();
    this.findings.refresh();
    this.captures.refresh();
  }

  /** No server runs. */
  clear(): void {
    this.status = undefined;
    for (const it of [this.targets, this.findings, this.captures, this.goroutines]) {
      it.clear();
    }
  }

  dispose(): void {
    const all = [this.targets, this.findings, this.captures, this.goroutines];
    for (const it of [...all, this.flame, this.hot, this.pages]) {
      it.dispose();
    }
  }
}
