// Stands in for the package of this name, by which the drawing tools turn texts into elements (vite.config.ts). The content security policy of
// every node refuses styles that are written in a text; set one by one by a program that it sent itself, it takes them.

import original from "domify-original";

const WRITTEN = "data-written-style";

/** As the original, with the styles of the text set afterwards. */
// biome-ignore lint/style/noDefaultExport: so the package exports it
export default function domify(text: string, owner?: Document): Node {
  const made: Node = original(text.replaceAll(/(<[^>]*\s)style=(?=["'])/g, `$1${WRITTEN}=`), owner);
  if (!(made instanceof Element || made instanceof DocumentFragment)) return made;
  const styled = [...made.querySelectorAll(`[${WRITTEN}]`)];
  if (made instanceof Element && made.hasAttribute(WRITTEN)) styled.push(made);
  for (const element of styled) {
    if (element instanceof HTMLElement || element instanceof SVGElement) {
      element.style.cssText = element.getAttribute(WRITTEN) ?? "";
    }
    element.removeAttribute(WRITTEN);
  }
  return made;
}
