import { discordStage } from "./discord-stage.ts";
import { providerContract } from "./provider.contract.ts";

providerContract("discord", discordStage);
