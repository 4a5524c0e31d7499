import { providerContract } from "./provider.contract.ts";
import { slackStage } from "./slack-stage.ts";

providerContract("slack", slackStage);
