// What a person sees and changes of one element of a drawing, as plain texts by name.

export type Kind =
  | "step"
  | "service"
  | "rule"
  | "call"
  | "lane"
  | "flow"
  | "timer"
  | "message"
  | "error"
  | "escalation"
  | "process"
  | "other";

/** An element of the model behind the drawing, as the library gives it. */
export interface Part {
  readonly $type: string;
  readonly id: string;
  readonly name?: string;
  get(name: string): unknown;
}

/** What stands on the drawing. */
export interface Shape {
  readonly id: string;
  readonly businessObject: Part;
  readonly labelTarget?: Shape;
  readonly source?: Shape;
}

/** What an element is called on the drawing. */
export interface Called {
  readonly id: string;
  /** Name of its tag, such as `exclusiveGateway`. */
  readonly tag: string;
  /** As it is drawn, in one language or both; empty where nothing is written on it. */
  readonly name: string;
}

export interface Selected extends Called {
  readonly kind: Kind;
  /** Where a flow begins and ends. */
  readonly ends: readonly Called[];
  /** By the name of the attribute without our prefix; empty where it is not given. */
  readonly values: Readonly<Record<string, string>>;
  /** Whether it is done several times. */
  readonly repeated: boolean;
  /** Whether it begins at a choice, so that it may have a condition. */
  readonly chosen: boolean;
}

export const ATTRIBUTES = {
  step: [
    "role",
    "department",
    "grade",
    "twoOfficers",
    "notSameAs",
    "form",
    "outcomes",
    "result",
    "materials",
    "deadline",
    "atExpiry",
    "basis",
  ],
  service: ["operation"],
  rule: ["decision", "version"],
  call: ["calledElement", "version"],
  lane: ["department", "role"],
  flow: ["condition", "default"],
  timer: ["duration", "days"],
  message: ["message"],
  error: ["code"],
  escalation: ["code"],
  process: ["key"],
  other: [],
} as const satisfies Readonly<Record<Kind, readonly string[]>>;

/** What an element that is done several times has besides. */
export const REPEATED = ["loopCardinality", "collection", "item", "completionCondition"] as const;

/** The names of all values. */
export type Attribute = (typeof ATTRIBUTES)[Kind][number] | (typeof REPEATED)[number];

const EVENTS: readonly (readonly [string, Kind])[] = [
  ["bpmn:TimerEventDefinition", "timer"],
  ["bpmn:MessageEventDefinition", "message"],
  ["bpmn:ErrorEventDefinition", "error"],
  ["bpmn:EscalationEventDefinition", "escalation"],
];

const TYPES: Readonly<Record<string, Kind>> = {
  "bpmn:Task": "step",
  "bpmn:UserTask": "step",
  "bpmn:ManualTask": "step",
  "bpmn:ServiceTask": "service",
  "bpmn:BusinessRuleTask": "rule",
  "bpmn:CallActivity": "call",
  "bpmn:Lane": "lane",
  "bpmn:SequenceFlow": "flow",
  "bpmn:SendTask": "message",
  "bpmn:ReceiveTask": "message",
  "bpmn:Process": "process",
  "bpmn:Participant": "process",
};

export function partOf(value: unknown): Part | null {
  return typeof value === "object" && value !== null && "$type" in value ? (value as Part) : null;
}

export function partsOf(value: unknown): readonly Part[] {
  return Array.isArray(value) ? value.flatMap(one => partOf(one) ?? []) : [];
}

/** What an event waits for or raises. */
export function definitionOf(part: Part): Part | null {
  return partsOf(part.get("eventDefinitions"))[0] ?? null;
}

function has(part: Part, name: string): boolean {
  try {
    return part.get(name) !== undefined;
  } catch {
    // The library throws where the type has no such attribute.
    return false;
  }
}

function text(part: Part | null, name: string): string {
  if (part === null || !has(part, name)) return "";
  const value = part.get(name);
  const inner = partOf(value);
  return inner === null ? String(value ?? "") : text(inner, "body");
}

export function kindOf(part: Part): Kind {
  const known = TYPES[part.$type];
  if (known !== undefined) return known;
  const definition = has(part, "eventDefinitions") ? definitionOf(part)?.$type : undefined;
  return EVENTS.find(([type]) => type === definition)?.[1] ?? "other";
}

/** The kind of elements with a tag, such as `userTask`. */
export function kindOfTag(tag: string): Kind {
  return TYPES[`bpmn:${tag.charAt(0).toUpperCase()}${tag.slice(1)}`] ?? "other";
}

/** The messages, errors and escalations that events refer to stand beside the process. */
export const REFERENCES = {
  message: { type: "bpmn:Message", reference: "messageRef", name: "name" },
  error: { type: "bpmn:Error", reference: "errorRef", name: "errorCode" },
  escalation: { type: "bpmn:Escalation", reference: "escalationRef", name: "escalationCode" },
} as const;

/** The part that refers: the task itself, or what the event is about. */
export function referringPart(part: Part): Part {
  return part.$type.endsWith("Task") ? part : (definitionOf(part) ?? part);
}

function valueIn(part: Part, kind: Kind, name: string): string {
  const loop = has(part, "loopCharacteristics") ? partOf(part.get("loopCharacteristics")) : null;
  if (name === "collection" || name === "item") return text(loop, `yx:${name}`);
  if (name === "loopCardinality" || name === "completionCondition") return text(loop, name);
  if (kind === "flow") {
    if (name === "condition") return text(part, "conditionExpression");
    const source = partOf(part.get("sourceRef"));
    const standard = source !== null && has(source, "default") ? partOf(source.get("default")) : null;
    return standard?.id === part.id ? "true" : "";
  }
  if (kind === "timer") {
    const timer = definitionOf(part);
    return name === "duration" ? text(timer, "timeDuration") : text(timer, "yx:days");
  }
  if (kind === "message" || kind === "error" || kind === "escalation") {
    const { reference, name: named } = REFERENCES[kind];
    const referring = referringPart(part);
    return text(has(referring, reference) ? partOf(referring.get(reference)) : null, named);
  }
  if (kind === "process") {
    const process = part.$type === "bpmn:Participant" ? partOf(part.get("processRef")) : part;
    return process?.id ?? "";
  }
  return name === "calledElement" ? text(part, name) : text(part, `yx:${name}`);
}

function endOf(flow: Part, name: string): readonly Called[] {
  const end = partOf(flow.get(name));
  return end === null ? [] : [calledOf(end)];
}

function calledOf(part: Part): Called {
  const [, type = ""] = part.$type.split(":");
  return { id: part.id, tag: type.charAt(0).toLowerCase() + type.slice(1), name: part.name ?? "" };
}

/** What the panel shows of an element. */
export function selectedOf(shape: Shape): Selected {
  const part = shape.businessObject;
  const kind = kindOf(part);
  const repeated = has(part, "loopCharacteristics") && partOf(part.get("loopCharacteristics")) !== null;
  const names = [...ATTRIBUTES[kind], ...(repeated ? REPEATED : [])];
  const source = kind === "flow" ? partOf(part.get("sourceRef")) : null;
  return {
    ...calledOf(part),
    kind,
    ends: kind === "flow" ? ["sourceRef", "targetRef"].flatMap(name => endOf(part, name)) : [],
    values: Object.fromEntries(names.map(name => [name, valueIn(part, kind, name)])),
    repeated,
    chosen:
      source !== null && /(Exclusive|Inclusive)Gateway$|Task$|CallActivity$|SubProcess$/.test(source.$type),
  };
}
