// What the operator's officer records. Each form ends in the sheet on which it is signed, beside the seal.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ASSESSMENTS, FINDINGS, type Profile, type Sheet } from "../../api/filing";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { CheckList, SelectField, TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { type Paper, PaperField } from "../../components/paper-field";
import type { JsonObject } from "../../verify/json";

interface Given {
  readonly post: OfficerPost;
  readonly onAct: (asked: Asked) => void;
}

/** The frame of a form: closed until it is wanted. `given` is what will be signed, or `null` while something is missing. */
function Form({
  title,
  operation,
  given,
  post,
  onAct,
  children,
}: Given & { title: string; operation: string; given: JsonObject | null; children: React.ReactNode }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  return (
    <details className="card">
      <summary>{title}</summary>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (given === null || seal === null) return;
          onAct({
            operation,
            arguments: { for: post.body, ...given },
            seal: { key: seal, asAccount: false },
            as: postText(post),
          });
        }}
      >
        {children}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={given === null || seal === null}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </details>
  );
}

function dayOf(text: string): number | null {
  return fromShanghaiField(`${text}T00:00`);
}

function DateField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return <TextField type="date" required label={label} value={value} onChange={onChange} />;
}

const RECORDED = ["filing", "change", "cancellation"] as const;

/** The number that the authority gave. */
export function RecordNumber({ post, onAct }: Given) {
  const { t } = useTranslation();
  const [what, setWhat] = useState<string>("filing");
  const [number, setNumber] = useState("");
  const [day, setDay] = useState("");
  const [paper, setPaper] = useState<Paper | null>(null);
  const date = dayOf(day);
  const given =
    number.trim() === "" || date === null || paper === null
      ? null
      : { date, evidence: paper.digest, number: number.trim(), what };
  return (
    <Form
      title={t("act.op.filingRecord.name")}
      operation="filing.record"
      given={given}
      post={post}
      onAct={onAct}
    >
      <SelectField
        label={t("act.argument.what")}
        value={what}
        options={RECORDED.map(one => [one, t(`filing.recorded.${one}`)] as const)}
        onChange={setWhat}
      />
      <TextField required label={t("filing.field.number")} value={number} onChange={setNumber} />
      <DateField label={t("filing.field.filed")} value={day} onChange={setDay} />
      <PaperField label={t("filing.answer")} hint={t("filing.paperHint")} paper={paper} onChange={setPaper} />
    </Form>
  );
}

const GRADES = ["1", "2", "3", "4", "5"] as const;

/** A security assessment, a grade of protection, or an assessment of the cryptography. */
export function RecordAssessment({ post, onAct }: Given) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string>("crypto");
  const [finding, setFinding] = useState<string>("pass");
  const [grade, setGrade] = useState("3");
  const [reference, setReference] = useState("");
  const [assessor, setAssessor] = useState("");
  const [day, setDay] = useState("");
  const [paper, setPaper] = useState<Paper | null>(null);
  const date = dayOf(day);
  const given =
    reference.trim() === "" || assessor.trim() === "" || date === null || paper === null
      ? null
      : {
          assessor: assessor.trim(),
          date,
          evidence: paper.digest,
          finding,
          kind,
          reference: reference.trim(),
          ...(kind === "mlps" ? { grade: Number(grade) } : {}),
        };
  return (
    <Form
      title={t("act.op.filingAssess.name")}
      operation="filing.assess"
      given={given}
      post={post}
      onAct={onAct}
    >
      <SelectField
        label={t("act.argument.kind")}
        value={kind}
        options={ASSESSMENTS.map(one => [one, t(`filing.assessment.${one}`)] as const)}
        onChange={setKind}
      />
      <SelectField
        label={t("act.argument.finding")}
        value={finding}
        options={FINDINGS.map(one => [one, t(`filing.finding.${one}`)] as const)}
        onChange={setFinding}
      />
      {kind === "mlps" && (
        <SelectField
          label={t("act.argument.grade")}
          value={grade}
          options={GRADES.map(one => [one, t("filing.grade", { n: one })] as const)}
          onChange={setGrade}
        />
      )}
      <TextField required label={t("act.argument.reference")} value={reference} onChange={setReference} />
      <TextField required label={t("act.argument.assessor")} value={assessor} onChange={setAssessor} />
      <DateField label={t("act.argument.date")} value={day} onChange={setDay} />
      <PaperField label={t("filing.report")} hint={t("filing.paperHint")} paper={paper} onChange={setPaper} />
    </Form>
  );
}

interface Written {
  readonly zh: string;
  readonly en: string;
  readonly formZh: string;
  readonly formEn: string;
  readonly domain: string;
  readonly algorithms: string;
  readonly nodes: string;
}

const EMPTY: Written = { zh: "", en: "", formZh: "", formEn: "", domain: "", algorithms: "", nodes: "" };

function writtenOf({ name, form, domain, algorithms, nodes }: Profile): Written {
  return {
    zh: name.zh,
    en: name.en ?? "",
    formZh: form.zh,
    formEn: form.en ?? "",
    domain,
    algorithms: algorithms.join("\n"),
    nodes: nodes.map(node => `${node.name} | ${node.place}`).join("\n"),
  };
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "");
}

/** The profile as it goes on the ledger, or `null` while something is missing. */
function profileOf(written: Written): JsonObject | null {
  const nodes = linesOf(written.nodes).map(line => line.split("|").map(part => part.trim()));
  const algorithms = linesOf(written.algorithms);
  const texts = [written.zh, written.formZh, written.domain];
  const whole = nodes.every(parts => parts.length === 2 && parts.every(part => part !== ""));
  if (texts.some(text => text.trim() === "") || nodes.length === 0 || algorithms.length === 0 || !whole)
    return null;
  const label = (zh: string, en: string) => ({
    zh: zh.trim(),
    ...(en.trim() === "" ? {} : { en: en.trim() }),
  });
  return {
    algorithms: [...algorithms],
    domain: written.domain.trim(),
    form: label(written.formZh, written.formEn),
    name: label(written.zh, written.en),
    nodes: nodes.map(([name = "", place = ""]) => ({ name, place })),
  };
}

function ProfileFields({
  written,
  onChange,
}: {
  written: Written;
  onChange: (part: Partial<Written>) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        required
        label={t("filing.field.nameZh")}
        value={written.zh}
        onChange={zh => onChange({ zh })}
      />
      <TextField label={t("filing.field.nameEn")} value={written.en} onChange={en => onChange({ en })} />
      <TextField
        required
        label={t("filing.field.formZh")}
        value={written.formZh}
        onChange={formZh => onChange({ formZh })}
      />
      <TextField
        label={t("filing.field.formEn")}
        value={written.formEn}
        onChange={formEn => onChange({ formEn })}
      />
      <TextField
        required
        label={t("filing.field.domain")}
        value={written.domain}
        onChange={domain => onChange({ domain })}
      />
      <TextField
        required
        lines={3}
        label={t("filing.field.algorithms")}
        hint={t("filing.onePerLine")}
        value={written.algorithms}
        onChange={algorithms => onChange({ algorithms })}
      />
      <TextField
        required
        lines={4}
        label={t("filing.field.nodes")}
        hint={t("filing.nodesHint")}
        value={written.nodes}
        onChange={nodes => onChange({ nodes })}
      />
    </>
  );
}

/** The first registration of a service. */
export function RegisterService({ post, onAct }: Given) {
  const { t } = useTranslation();
  const [written, setWritten] = useState(EMPTY);
  const [day, setDay] = useState("");
  const [started, profile] = [dayOf(day), profileOf(written)];
  const given = started === null || profile === null ? null : { profile, started };
  return (
    <Form
      title={t("act.op.filingRegister.name")}
      operation="filing.register"
      given={given}
      post={post}
      onAct={onAct}
    >
      <ProfileFields written={written} onChange={part => setWritten({ ...written, ...part })} />
      <DateField label={t("filing.field.started")} value={day} onChange={setDay} />
    </Form>
  );
}

/** A change of the service. */
export function AmendService({ post, onAct, sheet }: Given & { sheet: Sheet }) {
  const { t } = useTranslation();
  const [written, setWritten] = useState(() => writtenOf(sheet.profile));
  const [day, setDay] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [changed, profile] = [dayOf(day), profileOf(written)];
  const given =
    changed === null || profile === null ? null : { changed, functions: chosen.length > 0, profile };
  return (
    <Form
      title={t("act.op.filingAmend.name")}
      operation="filing.amend"
      given={given}
      post={post}
      onAct={onAct}
    >
      <ProfileFields written={written} onChange={part => setWritten({ ...written, ...part })} />
      <DateField label={t("filing.field.changed")} value={day} onChange={setDay} />
      <CheckList
        legend={t("act.argument.functions")}
        hint={t("filing.functionsHint")}
        options={[["functions", t("filing.functions")]]}
        chosen={chosen}
        onChange={setChosen}
      />
    </Form>
  );
}
