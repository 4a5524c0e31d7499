/** Rows of the ledger whose surface does not exist yet, each with what is missing. Whoever adds it takes its row. */
export const notHere: Readonly<Record<number, string>> = {
  8: "what a page shows is tried in a browser, beside the page; the headers that guard it are S-09",
  40: "flags that carry a secret belong to the command line and are tried beside it",
};
