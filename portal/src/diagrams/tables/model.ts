// What a document with decisions (决策) says, over the library's model of it: which facts a table reads, and what it is called.

/** An element of the model, as the library gives it. */
export interface Part {
  readonly $type: string;
  id?: string;
  name?: string;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

export type Create = (type: string, properties: Record<string, unknown>) => Part;

/** How the identifiers of facts begin that were made for a column; facts that others drew are left as they are. */
const OWN = "fact-";

export function partOf(value: unknown): Part | null {
  return typeof value === "object" && value !== null && "$type" in value ? (value as Part) : null;
}

export function partsOf(part: Part | null, name: string): readonly Part[] {
  const list = part?.get(name);
  return Array.isArray(list) ? list.flatMap(one => partOf(one) ?? []) : [];
}

export function textOf(part: Part | null, name: string): string {
  const value = part?.get(name);
  return typeof value === "string" ? value : "";
}

/** The text of an expression that stands in an element of its own. */
export function expressionOf(part: Part | null, name: string): string {
  return textOf(partOf(part?.get(name)), "text").trim();
}

/** By which name others see what an input or decision is. */
export function factName(part: Part): string {
  return (textOf(partOf(part.get("variable")), "name") || part.name) ?? "";
}

/** The table of a decision, `null` where it is decided in another way. */
export function tableOf(decision: Part): Part | null {
  const logic = partOf(decision.get("decisionLogic"));
  return logic?.$type === "dmn:DecisionTable" ? logic : null;
}

export function decisionsOf(definitions: Part): readonly Part[] {
  return partsOf(definitions, "drgElement").filter(one => one.$type === "dmn:Decision");
}

/** Whether an expression is nothing but a name, so that it says which fact a column reads. */
export function isFactName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && !["true", "false", "null", "not"].includes(text);
}

function requiredId(requirement: Part): string {
  const reference = partOf(requirement.get("requiredInput")) ?? partOf(requirement.get("requiredDecision"));
  return textOf(reference, "href").split("#").pop() ?? "";
}

/** Every text in a part that may name a fact. */
function textsIn(part: Part): string {
  const texts: string[] = [];
  const seen = new Set<object>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    const inner = partOf(value);
    if (inner === null || seen.has(inner)) return;
    seen.add(inner);
    texts.push(textOf(inner, "text"));
    for (const name of ["decisionLogic", "input", "output", "rule", "inputExpression", "inputValues"])
      look(inner.get(name));
    for (const name of ["outputValues", "defaultOutputEntry", "inputEntry", "outputEntry"])
      look(inner.get(name));
  };
  look(partOf(part.get("decisionLogic")));
  return texts.join("\n");
}

function names(text: string, name: string): boolean {
  return text.split(/[^\p{L}\p{N}_]+/u).includes(name);
}

function free(taken: ReadonlySet<string>, begin: string): string {
  let number = 1;
  while (taken.has(`${begin}${number}`)) number += 1;
  return `${begin}${number}`;
}

/**
 * Lets every decision require what the columns of its table read. A table is executed with the facts that its decision requires and no others,
 * and who draws a table would else have to draw each of them a second time. A column whose expression is a name reads the fact of that name, of
 * the type that the column has; facts that were made so and that nothing reads any more go.
 */
export function completeFacts(definitions: Part, create: Create): void {
  let elements = [...partsOf(definitions, "drgElement")];
  const taken = new Set(elements.map(one => one.id ?? ""));
  for (const decision of decisionsOf(definitions)) {
    const table = tableOf(decision);
    if (table === null) continue;
    let requirements = [...partsOf(decision, "informationRequirement")];
    const byId = (id: string) => elements.find(one => one.id === id);
    for (const column of partsOf(table, "input")) {
      const expression = partOf(column.get("inputExpression"));
      const name = textOf(expression, "text").trim();
      if (!isFactName(name)) continue;
      const typeRef = textOf(expression, "typeRef") || undefined;
      let fact = requirements.flatMap(one => byId(requiredId(one)) ?? []).find(one => factName(one) === name);
      if (fact === undefined) {
        fact = elements.find(
          one =>
            one !== decision &&
            (one.$type === "dmn:InputData" || one.$type === "dmn:Decision") &&
            factName(one) === name,
        );
        if (fact === undefined) {
          const id = free(taken, OWN);
          taken.add(id);
          fact = create("dmn:InputData", { id, name });
          fact.set("variable", create("dmn:InformationItem", { id: `${id}-variable`, name }));
          elements = [...elements, fact];
        }
        const reference = create("dmn:DMNElementReference", { href: `#${fact.id ?? ""}` });
        const kind = fact.$type === "dmn:InputData" ? "requiredInput" : "requiredDecision";
        const id = `${decision.id ?? "decision"}-requires-${fact.id ?? ""}`;
        requirements = [...requirements, create("dmn:InformationRequirement", { id, [kind]: reference })];
      }
      if (fact.id?.startsWith(OWN)) partOf(fact.get("variable"))?.set("typeRef", typeRef);
    }
    const texts = textsIn(decision);
    requirements = requirements.filter(one => {
      const fact = byId(requiredId(one));
      return fact === undefined || !fact.id?.startsWith(OWN) || names(texts, factName(fact));
    });
    decision.set("informationRequirement", requirements);
  }
  const needed = new Set(elements.flatMap(one => partsOf(one, "informationRequirement").map(requiredId)));
  elements = elements.filter(one => !one.id?.startsWith(OWN) || needed.has(one.id));
  definitions.set("drgElement", elements);
}

/** Gives a decision another identifier, and what refers to it in the document. */
export function renameDecision(definitions: Part, decision: Part, id: string): void {
  const before = decision.id ?? "";
  for (const element of partsOf(definitions, "drgElement")) {
    for (const requirement of partsOf(element, "informationRequirement")) {
      const reference = partOf(requirement.get("requiredDecision"));
      if (textOf(reference, "href") === `#${before}`) reference?.set("href", `#${id}`);
    }
  }
  decision.id = id;
}
