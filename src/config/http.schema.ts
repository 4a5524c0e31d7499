import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What the gateway's port answers beside the socket and WebChat. */
const { named } = shape;

const endpoint = (name: string, isOn: boolean, description: string) =>
  named(
    name,
    { enabled: Type.Boolean({ default: isOn, description: "Whether it is answered." }) },
    { default: {}, description },
  );

const MetricsSettings = named(
  "MetricsSettings",
  {
    enabled: Type.Boolean({ default: true, description: "Whether it is answered." }),
    openOnLoopback: Type.Boolean({
      default: false,
      description: "Whether programs on this machine may read them without the gateway's token.",
    }),
  },
  { default: {}, description: "GET /metrics for Prometheus." },
);

export const HttpSettings = named(
  "HttpSettings",
  {
    chatCompletions: endpoint(
      "ChatCompletionsSettings",
      false,
      "POST /v1/chat/completions and GET /v1/models, for programs that speak OpenAI's API.",
    ),
    responses: endpoint(
      "ResponsesSettings",
      false,
      "POST /v1/responses and GET /v1/models, the same in the newer form.",
    ),
    toolsInvoke: endpoint("ToolsInvokeSettings", true, "POST /tools/invoke: one call of a tool of the agent."),
    metrics: MetricsSettings,
  },
  { default: {}, description: "HTTP endpoints; all but the hooks take the gateway's token as Authorization: Bearer." },
);
export type HttpSettings = Static<typeof HttpSettings>;
