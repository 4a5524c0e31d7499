/** The line that apps send about themselves, read where they leave the structured fields out. Pure. */
export interface BeaconFields {
  readonly host?: string;
  readonly ip?: string;
  readonly version?: string;
  readonly lastInputSeconds?: number;
  readonly mode?: string;
  readonly reason?: string;
}

const line = new RegExp(
  [
    "^Node: (?<host>[^(·]{1,128}?)(?: \\((?<ip>[^)]{1,64})\\))?",
    "app (?<version>\\S{1,64})",
    "last input (?<input>\\d{1,9})s ago",
    "mode (?<mode>\\S{1,64})",
    "reason (?<reason>.{1,128})$",
  ].join(" · "),
);

/** Only when the whole line has the form. */
export function parseBeacon(text: string): BeaconFields {
  const groups = line.exec(text.trim())?.groups;
  if (!groups) return {};
  const { host, ip, version, input, mode, reason } = groups;
  return {
    host: host!,
    ...(ip && { ip }),
    version: version!,
    lastInputSeconds: Number(input),
    mode: mode!,
    reason: reason!,
  };
}
