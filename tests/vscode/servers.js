/** The servers that run, by what they were started with. */

const { readdirSync, readFileSync } = require("node:fs");

/** `pid` and `program` of each `lsp` process that has this in its environment: `NAME=value`. */
function servers(variable) {
  const pids = readdirSync("/proc").filter((it) => /^\d+$/.test(it));
  return pids.flatMap((pid) => {
    try {
      const [program, argument] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const isOurs = argument === "lsp" && environment.includes(variable);
      return isOurs ? [{ pid: Number(pid), program }] : [];
    } catch {
      // It has gone meanwhile, or is another user's.
      return [];
    }
  });
}

module.exports = { servers };
