/** The view of the goroutine tree in the side bar. */

import * as vscode from "vscode";
import { Freshness } from "./freshness";
import { Node, goroutineTree, isLoud, treeMessage } from "./goroutineTree";
import type { Goroutines, GoroutinesArgs } from "./protocol";
import { registerDimming, treeItem } from "./treeItem";

/** `pprof-lens.goroutines` is the command. */
const VIEW = "pprof-lens.goroutineTree";

/** Set while the tree shows one place only. */
const IS_OF_PLACE = "pprof-lens.isOfPlace";

export class GoroutinesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = vscode.window.createTreeView(VIEW, {
    treeDataProvider: this,
    showCollapseAll: true,
  });
  private readonly dimming = registerDimming();
  private roots: Node[] = [];
  private readonly freshness: Freshness<Goroutines>;
  /** What the tree was asked for. */
  args: GoroutinesArgs = {};

  /** `lastLook` asks the server for what the last look found. */
  constructor(lastLook: (args: GoroutinesArgs) => Promise<Goroutines | undefined>) {
    this.freshness = new Freshness(
      this.view,
      () => lastLook({ ...this.args, last: true }),
      (answer) => this.draw(answer, this.args),
    );
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return treeItem(node);
  }

  getChildren(node?: Node): Node[] {
    return node ? (node.children?.() ?? []) : this.roots;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  /** Shows the answer to somebody who asked: brings the view up, and goes to the loudest group. */
  async show(answer: Goroutines, args: GoroutinesArgs): Promise<void> {
    this.draw(answer, args);
    const groups = this.roots.flatMap((it) => it.children?.() ?? []);
    const isOfPlace = args.uri !== undefined;
    const first = groups.find(isLoud) ?? (isOfPlace ? groups[0] : this.roots[0]);
    if (first) {
      await this.view.reveal(first, { select: true, focus: true, expand: isLoud(first) });
    } else {
      await vscode.commands.executeCommand(`${VIEW}.focus`);
    }
  }

  /** A look has happened by itself: what is seen follows, what is folded and selected stays. */
  async lookHappened(): Promise<void> {
    this.freshness.expire();
    await this.freshness.update();
  }

  /** Nothing is attached any more. */
  clear(): void {
    this.draw(undefined, {});
  }

  dispose(): void {
    this.dimming.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private draw(answer: Goroutines | undefined, args: GoroutinesArgs): void {
    this.freshness.drawn();
    this.args = args;
    this.roots = answer ? goroutineTree(answer) : [];
    this.view.message = answer && treeMessage(answer, args);
    this.changed.fire();
    void vscode.commands.executeCommand("setContext", IS_OF_PLACE, args.uri !== undefined);
  }
}
