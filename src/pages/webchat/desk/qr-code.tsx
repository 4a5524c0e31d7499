import { encode } from "uqr";

/** A QR code as a drawing: dark on white whatever the page's colours, for cameras want it so. */

/** Empty modules around it; readers need four. */
const border = 4;

/** Undefined when the text is too long for any code. */
function modulesOf(text: string): { readonly size: number; readonly path: string } | undefined {
  try {
    const { size, data } = encode(text, { ecc: "M", border });
    const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return { size, path };
  } catch {
    return undefined;
  }
}

export function QrCode({ text }: { readonly text: string }) {
  const code = modulesOf(text);
  if (!code) return <p class="trouble">This code is too long to be drawn. Use: clawdia providers add</p>;
  return (
    <svg class="qr" viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label="QR code to scan">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={code.path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
