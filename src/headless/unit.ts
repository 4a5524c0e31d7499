/** What a service manager is told to keep this node running. Pure text. */

export interface NodeUnit {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** `clawdia-node`, or with a profile's name behind it. */
  readonly name: string;
}

/** Starting again does not help: wrong usage, another node on this state, a config that cannot be used. */
const finalExitCodes = "2 75 78";
/** What the gateway refused a person has to mend: it is asked again, but not often. */
const restartSeconds = 30;

/** Why a value cannot stand in a unit; undefined when all can. Line ends would begin another setting. */
export function unfitForUnit({ command, environment, folder }: NodeUnit): string | undefined {
  const values = [...command, ...Object.entries(environment).flat(), folder];
  const bad = values.find((value) => /[\u0000-\u001f\u007f]/.test(value));
  return bad === undefined ? undefined : `${JSON.stringify(bad.slice(0, 64))} holds a control character`;
}

/** For systemd's manager of one person. */
export function systemdUnit({ command, environment, folder }: NodeUnit): string {
  return `# Written by \`clawdia node install\`, which replaces it. Changes of yours: systemctl --user edit
[Unit]
Description=Clawdia, a node of a personal messaging gateway
After=network-online.target graphical-session.target
StartLimitIntervalSec=0

[Service]
Type=simple
ExecStart=:${command.map(quoted).join(" ")}
WorkingDirectory=${escaped(folder)}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`)
  .join("\n")}
Restart=always
RestartSec=${restartSeconds}
RestartPreventExitStatus=${finalExitCodes}
KillMode=mixed
TimeoutStopSec=20
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy=default.target
`;
}

/** For launchd's manager of one person. */
export function launchAgent({ command, environment, folder, name }: NodeUnit, logFile: string): string {
  const strings = (values: readonly string[]) =>
    values.map((value) => `    <string>${inXml(value)}</string>`).join("\n");
  const pairs = Object.entries(environment)
    .map(([key, value]) => `    <key>${inXml(key)}</key>\n    <string>${inXml(value)}</string>`)
    .join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by \`clawdia node install\`, which replaces it. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>ai.clawdia.${inXml(name)}</string>
  <key>ProgramArguments</key>
  <array>
${strings(command)}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${pairs}
  </dict>
  <key>WorkingDirectory</key>
  <string>${inXml(folder)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>${restartSeconds}</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${inXml(logFile)}</string>
</dict>
</plist>
`;
}

/** Percent signs begin specifiers, wherever they stand. */
function escaped(text: string): string {
  return text.replaceAll("%", "%%");
}

/** One word; `ExecStart=:` keeps dollar signs as they are. */
function quoted(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  return `"${escaped(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function inXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
