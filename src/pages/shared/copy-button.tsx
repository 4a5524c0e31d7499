import { useState } from "preact/hooks";
import { realClock } from "../../lib/index.ts";
import { Icon } from "./icons.tsx";

const thanksMs = 1_600;

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    await realClock.sleep(thanksMs);
    setCopied(false);
  };
  return (
    <button type="button" class="quiet" aria-label={label} onClick={() => void copy()}>
      <Icon name="copy" />
      <span aria-live="polite">{isCopied ? "Copied" : "Copy"}</span>
    </button>
  );
}

/** False when the browser does not let the page write to the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
