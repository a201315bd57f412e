import { useId, useRef, useState } from "react";

/** A place to drop files that is also an ordinary file field: keyboard, screen reader and phone use it as such. */
export function DropZone({
  label,
  hint,
  multiple = false,
  accept,
  onFiles,
}: {
  label: string;
  hint: string;
  multiple?: boolean;
  accept?: string;
  onFiles: (files: File[]) => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function give(list: FileList | null): void {
    const files = Array.from(list ?? []);
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
    // The same file chosen again must count as a new choice.
    if (field.current) field.current.value = "";
  }

  return (
    <label
      htmlFor={id}
      className={over ? "drop-zone drop-zone-over" : "drop-zone"}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        give(event.dataTransfer.files);
      }}
    >
      <span className="drop-zone-label" id={`${id}-label`}>
        {label}
      </span>
      <span className="drop-zone-hint" id={`${id}-hint`}>
        {hint}
      </span>
      <input
        ref={field}
        id={id}
        type="file"
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-hint`}
        multiple={multiple}
        {...(accept ? { accept } : {})}
        onChange={event => give(event.currentTarget.files)}
      />
    </label>
  );
}
