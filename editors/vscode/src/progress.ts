/** Runs a slow command under a notification with a cancel button, which closes the capture. */

import * as vscode from "vscode";
import {
  ExecuteCommandParams,
  ExecuteCommandRequest,
  LanguageClient,
  WorkDoneProgress,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";

/** Commands that may take seconds. The client library's own progress has no cancel button. */
const SLOW = new Set(["attach", "capture", "goroutines", "diff", "flamegraph", "hot"]);

let n_runs = 0;

export function isSlow(name: string): boolean {
  return SLOW.has(name);
}

/** The answer of the command; `undefined` after a cancel. */
export async function runSlowly(
  client: LanguageClient | undefined,
  params: ExecuteCommandParams,
): Promise<unknown> {
  if (!client) {
    return undefined;
  }
  const workDoneToken = `${params.command}-${(n_runs += 1)}`;
  const cancelling = new vscode.CancellationTokenSource();
  const { token } = cancelling;
  let shown: Shown | undefined;
  // The server says so when it takes longer than people notice; what is quick shows nothing.
  const reports = client.onProgress(WorkDoneProgress.type, workDoneToken, (it) => {
    shown ??= it.kind === "end" ? undefined : new Shown(() => cancelling.cancel());
    shown?.report(it);
  });
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, { ...params, workDoneToken }, token);
  } catch (error) {
    if (token.isCancellationRequested) {
      return undefined;
    }
    throw error;
  } finally {
    reports.dispose();
    shown?.end();
    cancelling.dispose();
  }
}

type Report = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** A notification with a cancel button, until its end. */
class Shown {
  private title = "";
  private percentage = 0;
  private progress: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  end: () => void = () => {};

  constructor(onCancel: () => void) {
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: "pprof-lens",
    };
    const ended = new Promise<void>((end) => (this.end = end));
    void vscode.window.withProgress(options, (progress, cancelled) => {
      this.progress = progress;
      cancelled.onCancellationRequested(onCancel);
      return ended;
    });
  }

  report(it: Report): void {
    this.title = it.kind === "begin" ? it.title : this.title;
    const now = (it.kind !== "end" && it.percentage) || this.percentage;
    const message = [this.title, it.message].filter(Boolean).join(": ");
    this.progress?.report({ message, increment: now - this.percentage });
    this.percentage = now;
  }
}
