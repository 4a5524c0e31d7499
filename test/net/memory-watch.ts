/** What came of it, and the most memory that the process had meanwhile, above what it had before. */
export async function watched<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly result: T; readonly grownBytes: number }> {
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
    return false;
  };
  const working = Promise.resolve(work());
  const done = working.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([done, new Promise((resolve) => setImmediate(resolve)).then(look)])));
  look();
  return { result: await working, grownBytes: most - before };
}
