import { providerContract } from "./provider.contract.ts";
import { whatsappStage } from "./whatsapp-stage.ts";

providerContract("whatsapp", whatsappStage, {
  "a rate limit says when to come back": "WhatsApp does not tell when",
});
