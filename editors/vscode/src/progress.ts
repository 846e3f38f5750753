/** Runs a slow command under a notification with a cancel button, which closes the capture. */

import * as vscode from "vscode";
import {
  ExecuteCommandParams,
  ExecuteCommandRequest,
  LanguageClient,
  WorkDoneProgress,
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
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: "pprof-lens",
  };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    let title = "";
    let percentage = 0;
    const reports = client.onProgress(WorkDoneProgress.type, workDoneToken, (it) => {
      title = it.kind === "begin" ? it.title : title;
      const now = (it.kind !== "end" && it.percentage) || percentage;
      const message = [title, it.message].filter(Boolean).join(": ");
      progress.report({ message, increment: now - percentage });
      percentage = now;
    });
    try {
      const request = { ...params, workDoneToken };
      return await client.sendRequest(ExecuteCommandRequest.type, request, cancelled);
    } catch (error) {
      if (cancelled.isCancellationRequested) {
        return undefined;
      }
      throw error;
    } finally {
      reports.dispose();
    }
  });
}
