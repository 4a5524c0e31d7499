import { providerContract } from "./provider.contract.ts";
import { signalStage } from "./signal-stage.ts";

const toldBefore = "signal-cli acknowledges a message before it hands it over, and never hands it over again";

providerContract("signal", signalStage, {
  "a message is acknowledged only after it is stored": `${toldBefore}; test/providers/signal/receiving.test.ts`,
  "a message that was not stored comes again as the same message": `${toldBefore}; the link keeps it and tries again`,
});
