/** What holds while something is announced. */
export interface Announcement {
  /** Host names that lead here, with `.local`. */
  readonly hosts: readonly string[];
  /** Says goodbye. It ends within a second or so, whatever the network does. */
  close(): Promise<void>;
}

/** Nothing can be announced now, and it is no fault of ours. */
export class CannotAnnounce extends Error {
  override readonly name = "CannotAnnounce";
  readonly cure: string;

  constructor(reason: string, cure: string, options?: ErrorOptions) {
    super(reason, options);
    this.cure = cure;
  }
}
