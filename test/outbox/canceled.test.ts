import { expect, test } from "bun:test";
import type { OutboxMedia } from "../../src/outbox/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openOutbox } from "./outbox-stage.ts";

test("a message that is taken back while it is made ready is not sent", async () => {
  const network = new FakeNetwork();
  await using stage = await openOutbox(network);
  const loading = Promise.withResolvers<OutboxMedia>();
  const asked = Promise.withResolvers<void>();
  stage.media = () => {
    asked.resolve();
    return loading.promise;
  };
  const first = stage.add(1, "7", { mediaSource: { source: "a.txt", agentId: "main", asVoice: false } });
  stage.add(2, "7");
  stage.outbox.wake();
  await asked.promise;
  stage.outbox.store.update(first, { state: "canceled" });
  loading.resolve({ kind: "document", mimeType: "text/plain", fileName: "a.txt", sha256: "00" });
  await network.until((shown) => shown.length > 0);
  expect(network.texts()).toEqual(["m2"]);
  expect(stage.outbox.store.find(first)).toMatchObject({ state: "canceled" });
});
