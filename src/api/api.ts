import type { FindDoor } from "../protocol/index.ts";
import type { ApiParts } from "./api-parts.ts";
import { chatDoor } from "./chat-completions.ts";
import { modelsDoor } from "./models.ts";
import { responsesDoor } from "./responses.ts";
import { toolsDoor } from "./tools-invoke.ts";

/** The doors of the API by their paths, as far as the config opens them. */

const modelPath = /^\/v1\/models\/(.{1,256})$/;

export function apiDoors(parts: ApiParts): FindDoor {
  const chat = chatDoor(parts);
  const responses = responsesDoor(parts);
  const tools = toolsDoor(parts);
  const models = modelsDoor(parts);
  return (path) => {
    const { chatCompletions, responses: newer, toolsInvoke } = parts.settings();
    switch (path) {
      case "/v1/chat/completions":
        return chatCompletions.enabled ? chat : undefined;
      case "/v1/responses":
        return newer.enabled ? responses : undefined;
      case "/tools/invoke":
        return toolsInvoke.enabled ? tools : undefined;
      case "/v1/models":
        return chatCompletions.enabled || newer.enabled ? models : undefined;
      default: {
        const wanted = chatCompletions.enabled || newer.enabled ? modelPath.exec(path)?.[1] : undefined;
        return wanted === undefined ? undefined : modelsDoor(parts, decoded(wanted));
      }
    }
  };
}

/** A path that is no text names nothing. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
