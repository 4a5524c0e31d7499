/** What the process says to scripts and service managers. */
export const exitCodes = {
  done: 0,
  /** The gateway, or a check, said no. */
  refused: 1,
  usage: 2,
  noGateway: 69,
  bug: 70,
  /** Another gateway holds the state: starting again does not help. */
  alreadyRunning: 75,
  badConfig: 78,
  /** Ended by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;
