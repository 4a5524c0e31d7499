/** Rows of the ledger whose surface does not exist yet, each with what is missing. Whoever adds it takes its row. */
export const notHere: Readonly<Record<number, string>> = {
  8: "what a page shows is tried in a browser, beside the page; the headers that guard it are S-09",
  32: "there are no hooks, so there is no hooks token",
  40: "flags that carry a secret belong to the command line and are tried beside it",
  56: "no header and no hook names a session; keys of clients are S-57",
  88: "there is no canvas host",
  89: "no file is served from a folder that others write to",
  90: "there is no canvas host",
  97: "no archive is ever unpacked",
  99: "no media is served over HTTP",
};
