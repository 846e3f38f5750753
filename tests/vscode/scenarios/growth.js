/** A baseline, growth and a comparison; saved captures are listed, named and compared. */

const assert = require("node:assert/strict");

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-grow"]);
  await code.open(places.growing.file);
  await code.until("the first capture", async () => (await code.status()).includes("heap at"));
  assert.ok((await code.status()).includes(`pid ${program.pid}`));
  await code.command("pprof-lens: Set baseline");
  await code.page.locator(".notification-toast", { hasText: "baseline: " }).waitFor();
  await code.goTo(places.growing.line);
  // The program grows, and is looked at again and again until it shows.
  await code.until("growth", async () => {
    await code.command("pprof-lens: Capture a profile");
    await code.pick("heap");
    await code.page.waitForTimeout(500);
    return (await code.drawn()).squiggles.get(places.growing.line) === "warning";
  });
  const lens = (it) => [...it.lenses.values()].some((it) => /heap .* since baseline/.test(it));
  await code.untilDrawn("the growth since the baseline", lens);
  await code.picture("growth-line");

  await code.command("pprof-lens: Compare with the baseline");
  await code.pick("heap");
  const page = code.page.locator(".monaco-editor[data-uri*='diff.txt'] .view-lines");
  await code.until("the comparison", async () => {
    const text = (await page.innerText()).replaceAll("\u00a0", " ");
    return /inuse_space: .* → /.test(text) && /\+[\d.]+MB .*appendHistory/.test(text);
  });
  await code.picture("growth-diff");

  await code.sideBar();
  const rows = code.rows("Captures");
  await code.until("two captures", async () => (await rows.count()) >= 2);
  const labels = await rows.evaluateAll((all) => all.map((it) => it.textContent));
  assert.ok(labels[0].includes("shown"), String(labels));
  assert.ok(labels.some((it) => it.includes("baseline")), String(labels));
  await rows.first().click();
  await rows.last().click({ modifiers: ["Control"] });
  await rows.last().click({ button: "right" });
  // A menu that has just opened takes no click yet.
  const compare = code.page.locator(".context-view .action-item", { hasText: "Compare" });
  await compare.waitFor();
  await code.until("the comparison's panel", async () => {
    await code.page.keyboard.press("ArrowDown");
    await code.page.keyboard.press("Enter");
    return (await compare.count()) === 0;
  });
  const flame = await code.panel(".flame", ", against heap of ");
  await flame.locator(".box", { hasText: "workspace.(*History).appendHistory" }).first().waitFor();
  await code.until("the findings", async () => {
    const found = await code.rows("Findings").evaluateAll((all) => all.map((it) => it.textContent));
    return found.some((it) => it.includes("since the baseline") && it.includes("history.go"));
  });
};

exports.options = { settings: { "pprof-lens.heapIntervalSeconds": 0 } };
