import { type Clock, safeFileName } from "../../lib/index.ts";
import { StartError } from "../../programs/index.ts";
import { DeliveryError, MediaError } from "../errors.ts";
import type { OutboundMedia } from "../message.ts";
import type { DownloadedMedia } from "../provider.ts";
import { type Mac, quoted, type ScriptEnd } from "./mac.ts";

/** Files between here and the Mac: by a script of its shell, the same over ssh as on this machine. */

export const uploadBytesMax = 50_000_000;
const patienceMs = 120_000;
const pathCharsMax = 4096;

/** Exit codes of our scripts. */
const outside = 43;
const missing = 44;
const noFolder = 45;

export interface Ground {
  readonly mac: Mac;
  readonly clock: Pick<Clock, "sleep">;
  readonly attachmentsFolder: string;
}

/**
 * The bytes of what somebody sent. The path comes from Messages, and so from strangers: only what really lies below
 * the folder of attachments is read, through no link, and never more than `bytesMax`.
 */
export async function fetchAttachment(
  { mac, clock, attachmentsFolder }: Ground,
  path: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  if (path.includes("\0") || path.length > pathCharsMax) throw new MediaError("that is no path of an attachment", true);
  const script = readScript(path, attachmentsFolder, bytesMax);
  const options = { clock, bytesMax: bytesMax + 1, signal, patienceMs };
  const end = await mac.runScript(script, options).catch((error: unknown) => {
    throw error instanceof StartError ? new MediaError("the Mac's files cannot be reached", false, error) : error;
  });
  const trouble = troubleOf(end, bytesMax);
  if (trouble) throw trouble;
  return { bytes: end.output, mimeType: undefined, fileName: path.split("/").at(-1) };
}

function troubleOf({ exitCode, output, isCut }: ScriptEnd, bytesMax: number): MediaError | undefined {
  if (isCut || output.length > bytesMax) {
    return new MediaError(`the file has more than ${bytesMax} bytes, and no more are taken`, true);
  }
  if (exitCode === 0) return undefined;
  if (exitCode === outside) return new MediaError("the file is not in the Messages attachments folder", true);
  if (exitCode === missing) return new MediaError("the file is not on the Mac, or not yet", false);
  if (exitCode === noFolder) return new MediaError("the Messages attachments folder cannot be entered", false);
  if (exitCode === 255) return new MediaError("the Mac could not be reached for the file", false);
  return new MediaError("the file could not be read on the Mac: does macOS allow Full Disk Access?", false);
}

/** `~` is the Mac's home, wherever this runs. */
const homed = 'home() { case $1 in "~/"*) printf %s "$HOME/${1#"~/"}" ;; *) printf %s "$1" ;; esac; }';

function readScript(path: string, folder: string, bytesMax: number): string {
  return [
    homed,
    `file=$(home ${quoted(path)}; printf .)`,
    "file=${file%.}",
    `root=$(home ${quoted(folder)})`,
    `root=$(cd -P -- "$root" 2>/dev/null && pwd -P) || exit ${noFolder}`,
    `folder=$(cd -P -- "\${file%/*}" 2>/dev/null && pwd -P) || exit ${missing}`,
    `case $folder/ in "$root"/*) ;; *) exit ${outside} ;; esac`,
    "file=$folder/${file##*/}",
    `[ -L "$file" ] && exit ${outside}`,
    `[ -f "$file" ] || exit ${missing}`,
    `exec head -c ${bytesMax + 1} "$file"`,
    "",
  ].join("\n");
}

/** A file that imsg can read. Disposing of it takes it away again. */
export interface StagedFile extends AsyncDisposable {
  readonly path: string;
}

const folderName = "clawdia-imsg.";
const folderPattern = /^\/[^\n]*\/clawdia-imsg\.[A-Za-z0-9]{8}$/;

/** Puts a file into a folder of its own on the Mac, which only its user can enter. Rejects with a DeliveryError. */
export async function stageFile(
  { mac, clock }: Ground,
  media: OutboundMedia,
  signal: AbortSignal,
): Promise<StagedFile> {
  const bytes = media.bytes();
  if (bytes.byteLength > uploadBytesMax) {
    const words = `the file has ${bytes.byteLength} bytes: at most ${uploadBytesMax} are sent`;
    throw new DeliveryError(words, { isCertain: true, isPermanent: true });
  }
  const name = safeFileName(media.fileName);
  const options = { clock, bytesMax: pathCharsMax, signal, patienceMs };
  const { exitCode, output } = await mac.runScript(writeScript(name, bytes), options).catch((error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    const words = "the file cannot be brought to the Mac";
    throw new DeliveryError(words, { isCertain: true, isPermanent: false, cause: error });
  });
  const folder = new TextDecoder().decode(output).trim();
  if (exitCode !== 0 || !folderPattern.test(folder)) {
    if (folderPattern.test(folder)) await remove(mac, clock, folder);
    throw new DeliveryError("the file could not be brought to the Mac", { isCertain: true, isPermanent: false });
  }
  return { path: `${folder}/${name}`, [Symbol.asyncDispose]: () => remove(mac, clock, folder) };
}

/** Folders that a crash left behind go with the next file that is sent, a day later. */
function writeScript(name: string, bytes: Uint8Array): string {
  return [
    "umask 077",
    "base=${TMPDIR:-/tmp}",
    "base=${base%/}",
    `find "$base" -maxdepth 1 -type d -name '${folderName}????????' -mtime +0 -exec rm -rf {} + 2>/dev/null`,
    `folder=$(mktemp -d "$base/${folderName}XXXXXXXX") || exit 1`,
    "printf '%s\\n' \"$folder\"",
    `base64 --decode > "$folder"/${quoted(name)} <<'END_OF_FILE' || exit 1`,
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
    "END_OF_FILE",
    "",
  ].join("\n");
}

/** Failing is no matter: the next file's script finds it. */
async function remove(mac: Mac, clock: Pick<Clock, "sleep">, folder: string): Promise<void> {
  const { signal } = new AbortController();
  const options = { clock, bytesMax: 0, signal, patienceMs };
  await mac.runScript(`rm -rf -- ${quoted(folder)}\n`, options).catch(() => undefined);
}
