// What our attributes are called in a BPMN document (docs/reference/processes.md), for the library that reads and writes it.

const text = (name: string) => ({ name, isAttr: true, type: "String" });

/** The namespace of our attributes, `urn:yinxin:process:1`. */
export const DESCRIPTOR = {
  name: "Yinxin",
  uri: "urn:yinxin:process:1",
  prefix: "yx",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "Duty",
      extends: ["bpmn:Task"],
      properties: [
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
        "operation",
        "decision",
      ].map(text),
    },
    {
      name: "Versioned",
      extends: ["bpmn:BusinessRuleTask", "bpmn:CallActivity"],
      properties: [text("version")],
    },
    { name: "Place", extends: ["bpmn:Lane"], properties: ["role", "department"].map(text) },
    { name: "Clock", extends: ["bpmn:TimerEventDefinition"], properties: [text("days")] },
    {
      name: "Repetition",
      extends: ["bpmn:MultiInstanceLoopCharacteristics"],
      properties: ["collection", "item"].map(text),
    },
  ],
} as const;
