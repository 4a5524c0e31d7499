import type { Methods } from "../gateway/index.ts";
import type { ResultOf } from "../protocol/index.ts";

/** A message of a session's history, as it comes over the wire. */
export type SaidMessage = ResultOf<Methods["chat.history"]>["messages"][number];

/** What a person reads of it. */
export function messageText({ content }: Pick<SaidMessage, "content">): string {
  return content
    .flatMap((block) => {
      if (block.type === "text") return [block.text];
      return block.type === "image" ? ["[image]"] : [];
    })
    .join("\n");
}
