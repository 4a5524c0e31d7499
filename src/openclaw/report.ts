/** What was taken over, and what not and why. */
export interface Report {
  readonly taken: { readonly what: string; readonly detail: string }[];
  readonly left: { readonly what: string; readonly why: string }[];
}

export function newReport(): Report {
  return { taken: [], left: [] };
}
