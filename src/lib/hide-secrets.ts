/** Shorter ones are no secrets, and would tear every text apart. */
const secretCharsMin = 6;

/** The text with every secret replaced: for what somebody else's program says, who may repeat what it was given. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: one may be the beginning of another.
  return secrets
    .filter((secret) => secret.length >= secretCharsMin)
    .toSorted((left, right) => right.length - left.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}
