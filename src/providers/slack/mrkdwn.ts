/** What Slack made of what people wrote, back into what they wrote. */

/** Names for ids, as far as they are known. */
export interface Names {
  user(id: string): string | undefined;
  chat(id: string): string | undefined;
}

/** Slack puts what it knows the meaning of between angle brackets, and escapes the brackets that people write. */
export function plainText(mrkdwn: string, names: Names): string {
  return mrkdwn.replace(/<([^<>]*)>|&(lt|gt|amp);/g, (_all, inside: string | undefined, entity: string | undefined) => {
    if (inside === undefined) return entities[entity as keyof typeof entities];
    return unescaped(meaning(inside, names));
  });
}

const entities = { lt: "<", gt: ">", amp: "&" } as const;

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_all, entity: keyof typeof entities) => entities[entity]);
}

function meaning(inside: string, names: Names): string {
  const bar = inside.indexOf("|");
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? "" : inside.slice(bar + 1);
  const id = target.slice(1);
  switch (target[0]) {
    case "@":
      return `@${names.user(id) ?? (label || id)}`;
    case "#":
      return `#${label || (names.chat(id) ?? id)}`;
    case "!":
      return special(id, label);
    default:
      return link(target, label);
  }
}

/** `<!here>`, `<!subteam^S012|@cooks>`, `<!date^…|tomorrow at nine>` */
function special(id: string, label: string): string {
  if (label !== "") return label;
  return `@${id.split("^").at(id.startsWith("subteam^") ? 1 : 0)}`;
}

function link(target: string, label: string): string {
  const address = target.replace(/^(mailto|tel):/, "");
  // Slack makes links of bare names, with themselves as labels.
  if (label === "" || label === target || label === address) return address;
  return address.replace(/^https?:\/\//, "").replace(/\/$/, "") === label ? label : `${label} (${address})`;
}

/** Who is mentioned, for looking up names before they are needed. */
export function mentionedUsers(mrkdwn: string): readonly string[] {
  return [...new Set([...mrkdwn.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g)].map(([, id]) => id!))];
}

export function mentions(mrkdwn: string, userId: string): boolean {
  return mentionedUsers(mrkdwn).includes(userId);
}

/** Without the mention of us that it begins with, so that a command behind it is one. One alone stays. */
export function withoutAddress(mrkdwn: string, userId: string): string {
  const rest = mrkdwn.replace(new RegExp(`^\\s*<@${userId}(?:\\|[^<>]*)?>[\\s:,]*`), "");
  return rest === "" ? mrkdwn : rest;
}
