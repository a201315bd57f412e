/** Puts the cursor into the field of a form, or the file field of a material, with this name. */
export function focusField(name: string): void {
  const field = document.querySelector<HTMLElement>(
    `#${CSS.escape(`field-${name}`)} :is(input, select, textarea)`,
  );
  field?.focus();
  field?.scrollIntoView({ block: "center" });
}
