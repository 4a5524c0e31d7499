import type { BinaryNode } from "@whiskeysockets/baileys";

/** The network's messages are trees of nodes; these make and read them. */
export const server = "s.whatsapp.net";
/** As the server names itself on the wire: an id without a user. */
export const serverId = "@s.whatsapp.net";

export type Attributes = Readonly<Record<string, string | undefined>>;

export function node(tag: string, attrs: Attributes = {}, content?: BinaryNode["content"]): BinaryNode {
  const given = Object.entries(attrs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tag, attrs: Object.fromEntries(given), ...(content !== undefined && { content }) };
}

export function childrenOf(parent: BinaryNode | undefined, tag?: string): readonly BinaryNode[] {
  if (!parent || !Array.isArray(parent.content)) return [];
  return parent.content.filter((one) => tag === undefined || one.tag === tag);
}

export function childOf(parent: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return childrenOf(parent, tag)[0];
}

export function bytesOf(parent: BinaryNode | undefined): Buffer | undefined {
  const content = parent?.content;
  if (content === undefined || Array.isArray(content)) return undefined;
  return Buffer.from(content as Uint8Array);
}

export const userOf = (jid: string): string => jid.split("@")[0]!.split(":")[0]!;
export const deviceOf = (jid: string): number => Number(jid.split("@")[0]!.split(":")[1] ?? 0);
export const serverOf = (jid: string): string => jid.split("@")[1] ?? "";
