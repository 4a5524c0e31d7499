import { imessageStage } from "./imessage-stage.ts";
import { providerContract } from "./provider.contract.ts";

providerContract("imessage", imessageStage, {
  "a rate limit says when to come back": "Messages tells no limit",
});
