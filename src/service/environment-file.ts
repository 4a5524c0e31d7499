/**
 * The service's environment file as launchd's gateway reads it by itself: NAME=value lines, `#` comments, a value in
 * quotes without them. systemd reads the same file with the same meaning.
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match) found[match[1]!] = unquoted(match[2]!.trim());
  }
  return found;
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}
