// Style sheets that a program makes. A `<style>` element that the editor of expressions writes into the page is refused by the content security
// policy of every node; a sheet that is made and handed to the document is none.

import { StyleModule } from "style-mod";

/** What the editor of expressions takes for a root without a head: it then hands over its sheets instead of writing them. */
interface Root {
  readonly ownerDocument: Document;
  adoptedStyleSheets: CSSStyleSheet[];
}

let prepared = false;

/** Lets the editor of expressions hand its sheets to the document. */
export function handOverStyles(): void {
  if (prepared) return;
  prepared = true;
  const root: Root = {
    ownerDocument: document,
    get adoptedStyleSheets() {
      return [...document.adoptedStyleSheets];
    },
    set adoptedStyleSheets(sheets) {
      document.adoptedStyleSheets = sheets;
    },
  };
  const mount = StyleModule.mount;
  StyleModule.mount = (given, modules) =>
    mount.call(StyleModule, given === document ? (root as unknown as Document) : given, modules);
}

/** A sheet of its own for marks on elements by identifier; `clear` takes it away. */
export function markSheet(): {
  readonly mark: (rules: readonly string[]) => void;
  readonly clear: () => void;
} {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return {
    mark: rules => sheet.replaceSync(rules.join("\n")),
    clear: () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(one => one !== sheet);
    },
  };
}
