/** What a line that starts with a slash means. They are done here, not said to the agent. */
const commands: Readonly<Record<string, string>> = {
  stop: "end the answer that is being written",
  new: "start a new conversation under the same key",
  sessions: "list the sessions",
  help: "list these commands",
  quit: "leave (so do Ctrl-D and Ctrl-C)",
};

/** The command's name, or undefined when the line is something to say. */
export function chatCommandOf(line: string): string | undefined {
  return /^\/([a-z]\S*)/i.exec(line)?.[1]?.toLowerCase();
}

export function chatHelp(): string[] {
  return Object.entries(commands).map(([name, meaning]) => `/${name.padEnd(9)} ${meaning}`);
}
