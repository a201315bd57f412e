// What a story about a licence needs on the ledger before it begins: an item whose process is one review, and a case that only the decision is
// missing of. Whoever acts here is of the demonstration and acts without a page.

import { createHash } from "node:crypto";
import { actor } from "./actor.mjs";
import { personaOf } from "./sharing.mjs";

const NAME = "shop";
/** What follows the code of the department in the code of the item. */
const ITEM = "3990117002911";
const DAY_MS = 86_400_000;

const PROCESS = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yx="urn:yinxin:process:1" id="d" targetNamespace="urn:yinxin:test">
<bpmn:process id="${NAME}" isExecutable="true">
<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>
<bpmn:userTask id="review" yx:department="handler" yx:role="reviewer" yx:form="opinion" yx:deadline="10 working days" yx:atExpiry="escalate" yx:outcomes="agree object" yx:result="opinion" yx:materials="plan"/>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="review"/><bpmn:sequenceFlow id="b" sourceRef="review" targetRef="e"/>
</bpmn:process></bpmn:definitions>`;

const label = (zh, en) => ({ zh, en });

const FORM = JSON.stringify({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  additionalProperties: false,
  properties: {
    area: {
      maximum: 10_000,
      minimum: 1,
      type: "integer",
      "x-label": label("面积", "Area"),
      "x-public": true,
    },
  },
  type: "object",
  "x-sections": [{ fields: ["area"], "x-title": label("申请", "Application") }],
  "x-title": label("申请表", "Application"),
});

const days = count => ({ count, unit: "working_days" });

const CONTENT = {
  conditions: { zh: "符合规划" },
  decision: {
    grade: 3,
    licence: {
      fields: [
        { answer: "area", label: label("面积", "Area"), name: "area" },
        { label: label("经营场所", "Premises"), name: "premises" },
      ],
      kind: NAME,
      name: label("经营许可证", "Shop licence"),
      validity: { count: 12, unit: "months" },
    },
    public: true,
    two_officers: false,
  },
  events: ["company"],
  fee: { kind: "none" },
  form: { key: NAME, version: 1 },
  handling: { kind: "promised", period: days(5) },
  laws: ["行政许可法 §12"],
  level: "city",
  materials: [
    { class: "plan", name: label("平面图", "Plan"), required: true, source: { kind: "submitted" } },
  ],
  name: label("经营许可", "Shop licence"),
  process: { key: NAME, version: 1 },
  served: ["person"],
  special: [],
  statutory: days(20),
  type: "permit",
  visits: 0,
};

function digestLike(chain, text) {
  const [algorithm] = chain.split(":");
  const hash = createHash(algorithm === "sm3" ? "sm3" : "sha256").update(text);
  return `${algorithm}:${hash.digest("hex")}`;
}

/** Has the members enact a document. */
async function enact(members, name, text) {
  const [first] = members;
  const { chain, time } = await first.call("GET", "/status");
  const content = { class: "catalogue", content: text, digest: digestLike(chain, text), name, version: 1 };
  const decision = { content, kind: "document" };
  const { proposal } = await first.actAsSeal("governance.propose", { deadline: time + DAY_MS, decision });
  for (const member of members) {
    const { status } = await member.actAsSeal("governance.vote", { choice: "for", proposal });
    if (status === "enacted") return;
  }
}

async function published(head, item) {
  const { items } = await head.ask("approval.items", { department: item.slice(0, 18) });
  return items.some(one => item.endsWith(one.code ?? one));
}

/** A case that can be decided; its number. */
export async function caseToDecide(demo) {
  const by = id => actor(personaOf(demo, id));
  const [person, clerk, reviewer, head] = [
    await by("wang"),
    await by("clerk-jia"),
    await by("clerk-two-jia"),
    await by("reviewer-jia"),
  ];
  const department = personaOf(demo, "reviewer-jia").body;
  const item = `${department}${ITEM}`;
  if (!(await published(head, item))) {
    const steward = await by("steward");
    const members = [head, steward, await by("chief-yi"), await by("auditor")];
    await enact(members, `process/${NAME}`, PROCESS);
    await enact(members, `form/${NAME}`, FORM);
    await steward.actAsSeal("identity.accredit", { department, types: [`licence-${NAME}`] });
    const items = [{ code: item, content: CONTENT, version: 1 }];
    await head.actSealed("approval.item_publish", { for: department, items });
  }
  const { chain } = await person.call("GET", "/status");
  const plan = digestLike(chain, "plan");
  const materials = [{ class: "plan", commitment: plan, origin: "submitted" }];
  const application = { answers: { area: 120 }, item, materials, version: 1 };
  const { case: number } = await person.act("approval.submit", application);
  await clerk.actSealed("approval.accept", { case: number });
  const { steps } = await reviewer.ask("approval.case", { case: number });
  await reviewer.actSealed("approval.act", {
    case: number,
    for: department,
    opinion: { text: "符合要求" },
    outcome: "agree",
    seen: { plan },
    step: "review",
    work: steps[0].work,
  });
  return number;
}
