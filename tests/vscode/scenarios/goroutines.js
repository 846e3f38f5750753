/** From a stuck goroutine in the tree to its line, and to the `go` statement that started it. */

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-stuck=3"]);
  await code.open(places.hot.file);
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${program.pid}`));
  await code.command("pprof-lens: Show goroutines by verdict");
  const rows = code.rows("Goroutines");
  const row = (text) => rows.filter({ hasText: text }).first();
  await row("3 × chan receive").waitFor();
  await code.picture("goroutines-tree");
  await row("3 × chan receive").click();
  await code.untilCursor(places.stuck.file, places.stuck.line);
  await row("created by").click();
  await code.untilCursor(places.go.file, places.go.line);
  code.file = places.stuck.file;
  await code.untilDrawn("the lens", (it) =>
    [...it.lenses.values()].some((it) => /3 goroutines (may be )?stuck here/.test(it)),
  );
  await code.untilDrawn("the waiting line", (it) => it.squiggles.has(places.stuck.line));
};
