import { invalidRequest } from "../protocol/index.ts";

/** What an agent cannot honour is refused in words: an answer that only looks right is worse than none. */

type Body = Readonly<Record<string, unknown>>;

const isFilled = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null);
const typeIn = (value: unknown) => (value as { readonly type?: unknown } | null | undefined)?.type;

interface Rule {
  readonly applies: (body: Body) => boolean;
  readonly words: string;
}

const noTools: Rule = {
  applies: ({ tools, functions, tool_choice: choice }) => (isFilled(tools) || isFilled(functions)) && choice !== "none",
  words: "tools of the client are not run here, the agent has its own: leave `tools` out, or set tool_choice to none",
};

const chatRules: readonly Rule[] = [
  noTools,
  { applies: ({ n }) => isFilled(n) && n !== 1, words: "n must be 1: the agent answers once" },
  {
    applies: ({ response_format: format }) => isFilled(format) && typeIn(format) !== "text",
    words: "response_format must be text: ask for JSON in the message",
  },
  { applies: ({ logprobs }) => logprobs === true, words: "logprobs are not known of an agent's answer" },
  { applies: ({ audio }) => isFilled(audio), words: "answers are text: leave `audio` out" },
  { applies: ({ stop }) => isFilled(stop), words: "an agent's answer cannot be cut at `stop`: leave it out" },
];

const responsesRules: readonly Rule[] = [
  noTools,
  { applies: ({ background }) => background === true, words: "background is not offered: stream, or wait" },
  {
    applies: ({ text }) => {
      const format = (text as { readonly format?: unknown } | null | undefined)?.format;
      return isFilled(format) && typeIn(format) !== "text";
    },
    words: "text.format must be text: ask for JSON in the message",
  },
  {
    applies: ({ conversation }) => isFilled(conversation),
    words: "conversations are not kept: use previous_response_id",
  },
  { applies: ({ prompt }) => isFilled(prompt), words: "stored prompts are not kept here: write them as instructions" },
];

export const refuseInChat = (body: Body): void => refuse(body, chatRules);
export const refuseInResponses = (body: Body): void => refuse(body, responsesRules);

function refuse(body: Body, rules: readonly Rule[]): void {
  const broken = rules.find(({ applies }) => applies(body));
  if (broken) throw invalidRequest(broken.words);
}
