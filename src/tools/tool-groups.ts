/** Names that stand for several tools in allow and deny lists. A tool that is not there yet may be named already. */
export const toolGroups: Readonly<Record<string, readonly string[]>> = {
  "group:fs": ["read", "write", "edit", "list"],
  "group:runtime": ["exec", "process"],
  "group:web": ["web_fetch", "web_search"],
  "group:messaging": ["message"],
  "group:sessions": ["sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "session_status"],
  "group:automation": ["cron", "gateway"],
  "group:nodes": [
    "nodes_list",
    "node_camera",
    "node_screen_record",
    "node_location",
    "node_notify",
    "node_run",
    "node_canvas",
  ],
};

export interface ToolLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Pure: deny wins; an empty allow list allows all; with several lists every one of them must allow. */
export function allowsTool(name: string, lists: readonly ToolLists[]): boolean {
  return lists.every(({ allow, deny }) => (allow.length === 0 || names(allow, name)) && !names(deny, name));
}

function names(list: readonly string[], name: string): boolean {
  return list.some((entry) => {
    const word = entry.trim().toLowerCase();
    return word === name || (Object.hasOwn(toolGroups, word) && toolGroups[word]!.includes(name));
  });
}
