import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly close: () => void;
  readonly confirm: () => void;
  readonly children: ComponentChildren;
}

/** A question with two answers. The browser's own dialogue: it holds the focus, and Esc means no. */
function Dialog({ title, verb, isDangerous = false, close, confirm, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    confirm();
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={titleId}>{title}</h2>
        {children}
        <div class="dialog-foot">
          <button type="button" class="plain" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={isDangerous ? "strong dangerous" : "strong"}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface ConfirmProps extends Omit<DialogProps, "children" | "isDangerous"> {
  readonly text: string;
}

export function ConfirmDialog({ text, ...rest }: ConfirmProps) {
  return (
    <Dialog {...rest} isDangerous>
      <p>{text}</p>
    </Dialog>
  );
}

const labelCharsMax = 64;

interface RenameProps {
  readonly title: string;
  readonly hint: string;
  readonly label: string;
  readonly rename: (label: string) => void;
  readonly close: () => void;
}

export function RenameDialog({ title, hint, label, rename, close }: RenameProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <Dialog title={title} verb="Rename" close={close} confirm={() => rename(field.current?.value.trim() ?? "")}>
      <label for={id}>{hint}</label>
      <input id={id} ref={field} value={label} maxLength={labelCharsMax} autocomplete="off" autofocus />
    </Dialog>
  );
}
