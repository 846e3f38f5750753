/** A program is found by itself; a capture, cancelled first, marks its lines; marks follow edits. */

const assert = require("node:assert/strict");

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-hot"]);
  await code.open(places.hot.file);
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${program.pid}`));
  const offered = await code.offered("pprof-lens: ");
  assert.ok(offered.some((it) => it.startsWith("pprof-lens: Capture a profile")), String(offered));
  assert.ok(!offered.some((it) => it.startsWith("pprof-lens: Compare with the baseline")), String(offered));

  await code.command("pprof-lens: Capture a profile");
  await code.pick("cpu");
  const toast = code.page.locator(".notification-toast", { hasText: "Capturing cpu" });
  await toast.waitFor();
  await toast.getByRole("button", { name: "Cancel" }).click();
  await toast.waitFor({ state: "detached" });
  assert.ok(!(await code.status()).includes("cpu at"), await code.status());

  await code.command("pprof-lens: Capture a profile");
  await code.pick("cpu");
  await code.until("the capture", async () => (await code.status()).includes("cpu at"));
  const { line } = places.hot;
  await code.goTo(line);
  const isMarked = (drawn, line) =>
    /cpu [\d.]+% · /.test(drawn.lines.get(line) ?? "") &&
    /cpu [\d.]+% · /.test(drawn.lenses.get(line - 1) ?? "") &&
    drawn.coloured.has(line);
  const isUnderlined = (it, line) => it.squiggles.get(line) === "hint";
  await code.untilDrawn("the marks", (it) => isMarked(it, line) && isUnderlined(it, places.spent.line));
  await code.picture("lines-marked");

  // An edit above: everything follows, and nothing stays where it was.
  await code.goTo(line - 4);
  await code.page.keyboard.press("Home");
  await code.page.keyboard.type("// One more line.\n");
  const drawn = await code.untilDrawn(
    "the marks one line below",
    (it) => isMarked(it, line + 1) && isUnderlined(it, places.spent.line + 1),
  );
  assert.ok(!/cpu/.test(drawn.lines.get(line) ?? ""), drawn.lines.get(line));
  await measureFirstMarks(code);
};

/** How long a file that was not open yet stays without marks: in the window, frame by frame. */
async function measureFirstMarks(code) {
  const file = "internal/plugins/conversations/plugin.go";
  const measured = code.page.evaluate(
    (file) =>
      new Promise((done, failed) => {
        setTimeout(() => failed(new Error(`${file} has no marks`)), 20_000);
        let text;
        const look = () => {
          const editor = document.querySelector(`.monaco-editor[data-uri$="/${file}"]`);
          const lines = [...(editor?.querySelectorAll(".view-line") ?? [])];
          text ??= lines.length ? performance.now() : undefined;
          const isMarked = lines.some((it) => /cpu.[\d.]+%/.test(it.textContent));
          isMarked ? done(performance.now() - text) : requestAnimationFrame(look);
        };
        look();
      }),
    file,
  );
  await code.page.keyboard.press("Control+p");
  await code.page.locator(".quick-input-widget input[type=text]").fill(`${file}:50`);
  // In view of the line that draws.
  await code.pick("plugin.go");
  console.log(`measured: VS Code: first marks ${Math.round(await measured)} ms after the text`);
}

exports.options = { settings: { "pprof-lens.captureSeconds": 3 } };
