/** A code to scan as a picture, for clients that draw none themselves. */

/** Pixels of a module, and empty modules around the code: readers need four. */
const scale = 6;
const border = 4;

/** `data:image/png;base64,…`. Rejects when the text is too long for a code. */
export async function qrDataUrl(text: string): Promise<string> {
  const { encode } = await import("uqr");
  const { data } = encode(text, { ecc: "L", border });
  const png = await grayPng(data.length * scale, (x, y) => !data[Math.floor(y / scale)]![Math.floor(x / scale)]!);
  return `data:image/png;base64,${png.toBase64()}`;
}

/** A square picture of black and white, a bit a pixel. */
async function grayPng(side: number, isLight: (x: number, y: number) => boolean): Promise<Uint8Array> {
  const rowBytes = 1 + Math.ceil(side / 8);
  const raw = new Uint8Array(rowBytes * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (isLight(x, y)) raw[y * rowBytes + 1 + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, side);
  head.setUint32(4, side);
  // One bit of grey.
  head.setUint8(8, 1);
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", new Uint8Array(head.buffer)),
    chunk("IDAT", await deflated(raw)),
    chunk("IEND", new Uint8Array(0)),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = new Uint8Array([...new TextEncoder().encode(type), ...content]);
  const whole = new Uint8Array(body.length + 8);
  const view = new DataView(whole.buffer);
  view.setUint32(0, content.length);
  whole.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return whole;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xff_ff_ff_ff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xed_b8_83_20 : 0);
  }
  return (crc ^ 0xff_ff_ff_ff) >>> 0;
}
