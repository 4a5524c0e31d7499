import type { Methods } from "../../gateway/index.ts";
import type { ResultOf } from "../../protocol/index.ts";
import { paint } from "../style.ts";
import { shown } from "../words.ts";

/** What the gateway found that could think, in words. Pure but for colours. */
export type Detection = ResultOf<Methods["models.detect"]>;
export type FoundServer = Detection["servers"][number];
export type FoundModel = FoundServer["models"][number];

export function detectionLines({ servers, keys, commands }: Detection): string[] {
  const nothing = servers.length + keys.length + commands.length === 0;
  if (nothing) {
    return [
      "Nothing was found on the gateway's machine.",
      `${paint("yellow", "→")} start a model server there, for instance Ollama, or give a vendor's key:`,
      "  clawdia models choose",
    ];
  }
  return [
    ...servers.flatMap(serverLines),
    ...keys.map(
      ({ label, variable }) => `${paint("bold", shown(label))}: a key is in ${shown(variable)}; using it costs money`,
    ),
    ...(commands.length === 0 ? [] : [`Other agents on the path: ${commands.map((name) => shown(name)).join(", ")}`]),
    "",
    `${paint("yellow", "→")} clawdia models choose`,
  ];
}

function serverLines(server: FoundServer): string[] {
  return [
    `${paint("bold", shown(server.label))} at ${shown(server.baseUrl)}`,
    ...server.models.map((model) =>
      `  ${server.vendor}/${shown(model.id)}  ${paint("dim", abilityWords(model))}`.trimEnd(),
    ),
    ...(server.advice === undefined ? [] : [`  ${paint("yellow", "→")} ${shown(server.advice)}`]),
  ];
}

export function abilityWords({ contextTokens, tools, images, reasoning, isLoaded }: FoundModel): string {
  const words = [
    tools === true ? "tools" : tools === false ? "no tools" : "",
    images ? "images" : "",
    reasoning ? "thinking" : "",
    contextTokens === undefined ? "" : `${contextTokens} tokens`,
    isLoaded ? "loaded" : "",
  ].filter((word) => word !== "");
  return words.join(", ");
}
