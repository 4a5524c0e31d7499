/** Loaded before the gateway: SIGUSR2 makes a rejection and an exception that nobody catches. */
process.on("SIGUSR2", () => {
  void Promise.reject(new Error("a stray rejection"));
  setImmediate(() => {
    throw new Error("a stray exception");
  });
});
