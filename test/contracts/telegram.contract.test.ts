import { providerContract } from "./provider.contract.ts";
import { telegramStage } from "./telegram-stage.ts";

providerContract("telegram", telegramStage);
