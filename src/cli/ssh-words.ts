/** What ssh said, in words for the person, with what to type next. Pure. */

export interface SshTrouble {
  readonly why: string;
  readonly next: string;
}

interface Known {
  readonly pattern: RegExp;
  readonly why: string;
  readonly next: (host: string) => string;
}

const known: readonly Known[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    why: "its host key is another one than before; somebody may be in between",
    next: (host) => `find out why; if the machine was installed anew: ssh-keygen -R ${nameOf(host)}`,
  },
  {
    pattern: /Host key verification failed/i,
    why: "its host key is not known on this machine yet",
    next: (host) => `ssh ${host} true (it shows the key's fingerprint and asks)`,
  },
  {
    pattern: /Permission denied/i,
    why: "it takes none of this machine's keys",
    next: (host) => `ssh-copy-id ${host} (or ssh-add, where the key has a passphrase)`,
  },
  {
    pattern: /Could not resolve hostname|Name or service not known/i,
    why: "there is no machine of that name",
    next: () => "check the name after --ssh",
  },
  {
    pattern: /administratively prohibited|forwarding (is )?disabled/i,
    why: "its ssh server does not allow forwarding",
    next: () => "there: AllowTcpForwarding yes in sshd_config",
  },
  {
    pattern: /Address already in use|cannot listen to port/i,
    why: "the port that was free on this machine has been taken",
    next: () => "the same command again",
  },
  {
    pattern: /Connection refused|timed out|No route to host|Network is unreachable|Connection (closed|reset)/i,
    why: "its ssh server cannot be reached",
    next: (host) => `ssh ${host} true`,
  },
];

/** The last words of ssh that nobody knows are given as they are. */
export function explainSsh(said: string, host: string): SshTrouble {
  const found = known.find(({ pattern }) => pattern.test(said));
  if (found) return { why: found.why, next: found.next(host) };
  const last = said.trim().split("\n").at(-1)?.trim();
  return { why: last || "ssh ended without a word", next: `ssh ${host} true` };
}

/** The bare host of `user@host` or `ssh://user@host:port`; as known_hosts has it where there is a port. */
function nameOf(host: string): string {
  const [, name = host, port] = /^(?:ssh:\/\/)?(?:[^@/]*@)?([^:/]+|\[[^\]]+\])(?::(\d+))?\/?$/.exec(host) ?? [];
  return port === undefined ? name : `'[${name}]:${port}'`;
}
