// A document with decisions (决策) as tables to be read: what voters and readers see instead of the file.

import { DmnModdle } from "dmn-moddle";
import { decisionsOf, expressionOf, factName, type Part, partOf, partsOf, tableOf, textOf } from "./model";

export interface Column {
  readonly id: string;
  /** What is written over it; empty where nothing is. */
  readonly label: string;
  /** The expression of an input, the name of an output. */
  readonly expression: string;
  readonly type: string;
  /** The values that it allows, in FEEL; empty where all are. */
  readonly values: string;
  /** What holds where no rule matches, of an output. */
  readonly standard: string;
}

export interface Rule {
  readonly id: string;
  /** The identifiers of its cells, in the order of the columns. */
  readonly cells: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly notes: readonly string[];
}

export interface Table {
  readonly policy: string;
  readonly aggregation: string;
  readonly inputs: readonly Column[];
  readonly outputs: readonly Column[];
  /** What is written over the columns of notes. */
  readonly notes: readonly string[];
  readonly rules: readonly Rule[];
}

export interface Decided {
  readonly id: string;
  readonly name: string;
  /** The facts and decisions from which it is decided: name and type. */
  readonly facts: readonly { readonly name: string; readonly type: string; readonly decision: boolean }[];
  readonly table: Table | null;
  /** The expression, where there is one instead of a table. */
  readonly expression: string;
}

export interface DecisionFile {
  readonly decisions: readonly Decided[];
  /** What else the file has that decides: functions and services, by name. */
  readonly others: readonly string[];
}

function typeOf(part: Part | null): string {
  return textOf(part, "typeRef");
}

function readTable(table: Part): Table {
  const rules = partsOf(table, "rule").map(rule => {
    const notes = [
      ...partsOf(rule, "annotationEntry").map(one => textOf(one, "text")),
      textOf(rule, "description"),
    ];
    return {
      id: rule.id ?? "",
      cells: [...partsOf(rule, "inputEntry"), ...partsOf(rule, "outputEntry")].map(one => one.id ?? ""),
      inputs: partsOf(rule, "inputEntry").map(one => textOf(one, "text").trim()),
      outputs: partsOf(rule, "outputEntry").map(one => textOf(one, "text").trim()),
      notes,
    };
  });
  const width = Math.max(0, ...rules.map(rule => rule.notes.findLastIndex(one => one !== "") + 1));
  const written = partsOf(table, "annotation").map(one => textOf(one, "name"));
  return {
    policy: textOf(table, "hitPolicy") || "UNIQUE",
    aggregation: textOf(table, "aggregation"),
    inputs: partsOf(table, "input").map(column => ({
      id: column.id ?? "",
      label: textOf(column, "label"),
      expression: expressionOf(column, "inputExpression"),
      type: typeOf(partOf(column.get("inputExpression"))),
      values: expressionOf(column, "inputValues"),
      standard: "",
    })),
    outputs: partsOf(table, "output").map(column => ({
      id: column.id ?? "",
      label: textOf(column, "label"),
      expression: textOf(column, "name"),
      type: typeOf(column),
      values: expressionOf(column, "outputValues"),
      standard: expressionOf(column, "defaultOutputEntry"),
    })),
    notes: Array.from({ length: width }, (_, at) => written[at] ?? ""),
    rules: rules.map(rule => ({
      ...rule,
      notes: Array.from({ length: width }, (_, at) => rule.notes[at] ?? ""),
    })),
  };
}

function factsOf(definitions: Part, decision: Part): Decided["facts"] {
  const all = partsOf(definitions, "drgElement");
  return partsOf(decision, "informationRequirement").flatMap(requirement => {
    const input = partOf(requirement.get("requiredInput"));
    const reference = input ?? partOf(requirement.get("requiredDecision"));
    const id = textOf(reference, "href").split("#").pop();
    const fact = all.find(one => one.id === id);
    return fact === undefined
      ? []
      : [{ name: factName(fact), type: typeOf(partOf(fact.get("variable"))), decision: input === null }];
  });
}

/** What stands in a file. Fails where it is none that the library knows (DMN 1.3). */
export async function readDecisions(xml: string): Promise<DecisionFile> {
  const { rootElement } = await new DmnModdle().fromXML(xml, "dmn:Definitions");
  const definitions = partOf(rootElement);
  if (definitions === null) throw new Error("no definitions");
  return {
    decisions: decisionsOf(definitions).map(decision => {
      const table = tableOf(decision);
      const logic = partOf(decision.get("decisionLogic"));
      return {
        id: decision.id ?? "",
        name: decision.name ?? "",
        facts: factsOf(definitions, decision),
        table: table === null ? null : readTable(table),
        expression: table === null ? textOf(logic, "text").trim() : "",
      };
    }),
    others: partsOf(definitions, "drgElement")
      .filter(one => one.$type !== "dmn:Decision" && one.$type !== "dmn:InputData")
      .filter(one => one.$type !== "dmn:KnowledgeSource")
      .map(one => one.name ?? one.id ?? ""),
  };
}
