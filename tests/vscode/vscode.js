/** Runs a real VS Code (code-server in Chromium) on a folder, and reads what it draws. */

const assert = require("node:assert/strict");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { chromium } = require("playwright-core");

/** Generous: never waited for when all is well. */
const DEADLINE = 30_000;

const CODE_SERVER = path.join(__dirname, "node_modules", "code-server", "out", "node", "entry.js");

class VsCode {
  /**
   * Starts VS Code on a folder. `settings` are the user's; `machine` those that only a machine
   * has; `trust` asks whether the folder is trusted, as VS Code does by itself.
   */
  static async start(options) {
    const it = new VsCode();
    try {
      await it.launch(options);
    } catch (error) {
      await it.close();
      throw error;
    }
    return it;
  }

  async launch({ home, folder, extensions, settings = {}, machine = {}, trust = false }) {
    this.folder = folder;
    const data = path.join(home, "data");
    writeJson(path.join(data, "User", "settings.json"), { ...QUIET, ...settings });
    writeJson(path.join(data, "Machine", "settings.json"), machine);
    fs.writeFileSync(path.join(home, "config.yaml"), "");
    this.port = await freePort();
    const args = ["--auth", "none", "--bind-addr", `127.0.0.1:${this.port}`, "--user-data-dir", data];
    args.push("--extensions-dir", extensions, "--config", path.join(home, "config.yaml"));
    args.push("--disable-telemetry", "--disable-update-check", "--disable-getting-started-override");
    args.push(...(trust ? [] : ["--disable-workspace-trust"]));
    const log = fs.openSync(path.join(home, "code-server.log"), "w");
    this.server = spawn(process.execPath, [CODE_SERVER, ...args], {
      env: cleanEnv(home),
      stdio: ["ignore", log, log],
      detached: true,
    });
    await waitFor("code-server", async () => {
      const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => undefined);
      return answer?.ok;
    });
    this.browser = await chromium.launch({
      executablePath: process.env.PPROF_LENS_CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    const scale = Number(process.env.PPROF_LENS_SCALE ?? 1);
    const viewport = { width: 1400, height: 900 };
    const context = await this.browser.newContext({ viewport, deviceScaleFactor: scale });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(DEADLINE);
  }

  /** Opens the folder with a file of it. Returns when the file's text is drawn. */
  async open(file) {
    this.file = file;
    const uri = `vscode-remote://127.0.0.1:${this.port}${path.join(this.folder, file)}`;
    const payload = encodeURIComponent(JSON.stringify([["openFile", uri]]));
    const folder = encodeURIComponent(this.folder);
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${folder}&payload=${payload}`);
    await this.page.locator(".view-line").first().waitFor();
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.fill(`>${title}`);
    // The label goes on with the keys that run the command.
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    const row = await this.until(`the command ${title}`, async () => {
      for (const row of await rows.all()) {
        const label = await row.getAttribute("aria-label", { timeout: 500 }).catch(() => undefined);
        if (label === title || label?.startsWith(`${title},`)) {
          return row;
        }
      }
      return undefined;
    });
    await row.click();
  }

  /** The titles that the palette offers for some words. */
  async offered(words) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.fill(`>${words}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor();
    const labels = await rows.evaluateAll((all) => all.map((it) => it.getAttribute("aria-label")));
    await this.page.keyboard.press("Escape");
    return labels;
  }

  /** Picks a row of the quick pick that is open. */
  async pick(text) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
    await row.click();
  }

  /** Gives the file's editor the focus. A click could meet a lens, or what lies above a line. */
  async focus() {
    const editor = this.page.locator(`.monaco-editor[data-uri$="/${this.file}"]`);
    await editor.locator(".native-edit-context, textarea.inputarea").first().focus();
  }

  /** Goes to a line (1-based) of the file. */
  async goTo(line) {
    await this.focus();
    await this.page.keyboard.press("Control+g");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.fill(`:${line}`);
    await this.page.keyboard.press("Enter");
    await this.until(`line ${line}`, async () => (await this.drawn()).lines.has(line));
  }

  /** The text of the status bar item. */
  async status() {
    const item = this.page.locator("[id='pprof-lens.pprof-lens.pprof-lens.status']");
    return (await item.count()) ? item.innerText() : "";
  }

  /**
   * What the editor of a file draws: the text of each line with its hints, the lenses above each
   * line, and which lines are coloured and underlined, where the cursor is; by 1-based line.
   */
  async drawn(file = this.file) {
    const read = await this.page.evaluate((file) => {
      const editor = document.querySelector(`.monaco-editor[data-uri$="/${file}"]`);
      if (!editor) {
        return { numbers: [], lines: [], lenses: [], coloured: [], squiggles: [], cursors: [] };
      }
      const boxes = (selector) => [...editor.querySelectorAll(selector)];
      const top = (it) => it.getBoundingClientRect().top;
      const text = (it) => it.textContent.replaceAll("\u00a0", " ");
      const rows = (selector) =>
        boxes(selector).map((it) => ({ top: top(it), text: text(it) }));
      return {
        numbers: rows(".line-numbers"),
        lines: rows(".view-line"),
        lenses: rows(".codelens-decoration"),
        coloured: boxes(".view-overlays .cdr").filter((it) => getComputedStyle(it).borderLeftWidth === "3px").map(top),
        squiggles: boxes(".view-overlays .cdr[class*=squiggly-]").map((it) => ({
          top: top(it),
          text: /squiggly-(\w+)/.exec(it.className)[1],
        })),
        cursors: boxes(".cursors-layer .cursor").map(top),
      };
    }, file);
    const near = (a, b) => Math.abs(a - b) < 3;
    const number = (top) => Number(read.numbers.find((it) => near(it.top, top))?.text);
    const out = { lines: new Map(), lenses: new Map(), coloured: new Set(), squiggles: new Map() };
    out.cursor = number(read.cursors[0]);
    for (const it of read.lines) {
      out.lines.set(number(it.top), it.text);
    }
    for (const it of read.lenses) {
      const below = read.numbers.filter((row) => row.top > it.top).sort((a, b) => a.top - b.top)[0];
      const line = Number(below?.text);
      out.lenses.set(line, [out.lenses.get(line), it.text].filter(Boolean).join(" | "));
    }
    read.coloured.forEach((top) => out.coloured.add(number(top)));
    // A squiggle stands at the foot of its line.
    read.squiggles.forEach((it) => {
      const row = read.numbers.filter((row) => row.top <= it.top + 3).sort((a, b) => b.top - a.top)[0];
      out.squiggles.set(Number(row?.text), it.text);
    });
    return out;
  }

  /** Waits until the editor draws what `fits` wants, and returns it. */
  async untilDrawn(what, fits) {
    let last;
    const drawn = await this.until(
      what,
      async () => {
        last = await this.drawn();
        return fits(last) && last;
      },
      () => JSON.stringify({ lines: [...last.lines], lenses: [...last.lenses], coloured: [...last.coloured], squiggles: [...last.squiggles] }),
    );
    return drawn;
  }

  /** Opens the extension's part of the side bar. */
  async sideBar() {
    const tab = this.page.locator(".activitybar .action-item", { has: this.page.locator("[aria-label='pprof-lens']") });
    if ((await tab.getAttribute("aria-expanded")) !== "true" && !(await this.page.locator(".pane-header[aria-label^='Targets']").count())) {
      await tab.click();
    }
    await this.page.locator(".pane-header[aria-label^='Targets']").waitFor();
  }

  /** The rows of a view, by its title. */
  view(title) {
    return this.page.locator(".pane", { has: this.page.locator(`.pane-header[aria-label^='${title}']`) });
  }

  rows(title) {
    return this.view(title).locator(".monaco-list-row");
  }

  /** The page of a panel: the one that has such an element, under a heading with these words. */
  async panel(selector, words) {
    return this.until(`the panel ${words}`, async () => {
      for (const frame of this.page.frames()) {
        const has = await frame.locator(selector).count().catch(() => 0);
        const heading = has && (await frame.locator("h1").first().textContent().catch(() => ""));
        if (heading && heading.includes(words)) {
          return frame;
        }
      }
      return undefined;
    });
  }

  /** Waits until the cursor of a file's editor is on a line. */
  async untilCursor(file, line) {
    let last;
    await this.until(
      `the cursor on ${file}:${line}`,
      async () => (last = (await this.drawn(file)).cursor) === line,
      () => `it is on ${last}`,
    );
  }

  async until(what, holds, details = () => "") {
    return waitFor(what, holds, details);
  }

  /** Keeps a picture of the window. */
  async picture(name) {
    fs.mkdirSync(process.env.PPROF_LENS_ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: path.join(process.env.PPROF_LENS_ARTEFACTS, `${name}.png`) });
  }

  async close() {
    await this.browser?.close();
    if (this.server?.pid) {
      // code-server has children of its own.
      try {
        process.kill(-this.server.pid, "SIGTERM");
      } catch {
        // It has gone already.
      }
    }
  }
}

/** Nothing that asks, counts or fetches by itself. */
const QUIET = {
  "security.workspace.trust.startupPrompt": "never",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Default Dark Modern",
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.acceptSuggestionOnEnter": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.tips.enabled": false,
  "files.autoSave": "off",
  "files.hotExit": "off",
};

/** Installs the package into a folder of extensions. */
function install(vsix, extensions, home) {
  fs.mkdirSync(extensions, { recursive: true });
  const args = [CODE_SERVER, "--install-extension", vsix, "--extensions-dir", extensions];
  args.push("--user-data-dir", path.join(home, "data"));
  const done = spawnSync(process.execPath, args, { env: cleanEnv(home), encoding: "utf8", timeout: 60_000 });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
}

/** An environment in which nothing of the user's is found. */
function cleanEnv(home) {
  const { PATH, LANG, PPROF_LENS_STATE_DIR, PPROF_LENS_BIN, TZ } = process.env;
  const own = { PATH, LANG, PPROF_LENS_STATE_DIR, PPROF_LENS_BIN, TZ, HOME: home };
  for (const name of ["CONFIG", "DATA", "STATE", "CACHE"]) {
    own[`XDG_${name}_HOME`] = path.join(home, name);
  }
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

async function waitFor(what, holds, details = () => "") {
  const end = Date.now() + DEADLINE;
  for (;;) {
    const it = await holds();
    if (it) {
      return it;
    }
    assert.ok(Date.now() < end, `never came: ${what} ${details()}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value));
}

function freePort() {
  return new Promise((found) => {
    const server = net.createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

module.exports = { VsCode, install, waitFor };
