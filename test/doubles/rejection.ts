/** What a promise is rejected with. `expect(…).rejects` waits without letting servers of the same process go on. */
export async function rejectionOf(work: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await Promise.allSettled([work]);
  if (outcome[0].status === "rejected") return outcome[0].reason;
  throw new Error(`it was not rejected but gave ${Bun.inspect(outcome[0].value)}`);
}
