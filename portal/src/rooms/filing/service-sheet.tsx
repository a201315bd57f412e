import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { filingHistoryQuery, type Sheet } from "../../api/filing";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";
import { Facts } from "../../components/facts";
import { inLanguage } from "../../components/filing/filing-line";
import { useNames } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { AmendService, RecordAssessment, RecordNumber } from "./forms";

function History({ operator }: { operator: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(filingHistoryQuery(operator));
  return (
    <details>
      <summary>{t("filing.history")}</summary>
      <ul className="row-list">
        {(data?.value ?? []).map(event => (
          <li key={event.number} className="receipt-facts">
            <Time ms={event.time} />
            <strong>{t(`filing.event.${event.what}`)}</strong>
            {event.duty !== null && <span>{t(`filing.duty.${event.duty}`)}</span>}
            {event.kind !== null && <span>{t(`filing.assessment.${event.kind}`)}</span>}
            {event.text !== null && <span>{event.text}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** One service: its profile, its duties with their lamps, its assessments and its history; to its operator's officer, what can be recorded. */
export function ServiceSheet({
  sheet,
  post,
  onAct,
}: {
  sheet: Sheet;
  post: OfficerPost | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const { profile } = sheet;
  const heading = `filing-${sheet.operator}`;
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{t("filing.sheet", { name: nameOf(sheet.operator) })}</h2>
      <section className="card" aria-label={t("filing.duties")}>
        <h3>{t("filing.duties")}</h3>
        {sheet.duties.length === 0 && <p className="empty">{t("filing.noDuties")}</p>}
        <ul className="row-list">
          {sheet.duties.map(one => (
            <li key={one.duty}>
              <p className="receipt-facts">
                <strong>{t(`filing.duty.${one.duty}`)}</strong>
                <DueLamp due={one.due} />
                {one.overdue && <Badge tone="bad">{t("filing.isOverdue")}</Badge>}
              </p>
              <p className="hint">{t("filing.from", { date: one.from, basis: one.basis })}</p>
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-label={t("filing.profile")}>
        <h3>{t("filing.profile")}</h3>
        <Facts
          items={[
            [t("filing.field.state"), t(`filing.state.${sheet.state}`)],
            [t("filing.field.name"), inLanguage(profile.name, language)],
            [t("filing.field.form"), inLanguage(profile.form, language)],
            [t("filing.field.domain"), profile.domain],
            [t("filing.field.number"), sheet.number],
            [t("filing.field.filed"), sheet.filed],
            [t("filing.field.started"), sheet.started],
            [t("filing.field.changed"), sheet.changed],
            [t("filing.field.ends"), sheet.ends],
            [t("filing.field.algorithms"), profile.algorithms.join(t("common.listSeparator"))],
            [
              t("filing.field.nodes"),
              <ul key="nodes">
                {profile.nodes.map(node => (
                  <li key={`${node.name} ${node.place}`}>
                    {node.name} · {node.place}
                  </li>
                ))}
              </ul>,
            ],
            ...sheet.assessments.map(
              one =>
                [
                  t(`filing.assessment.${one.kind}`),
                  [
                    t(`filing.finding.${one.finding}`),
                    one.grade === null ? "" : t("filing.grade", { n: one.grade }),
                    one.date,
                    one.assessor,
                    one.reference,
                  ]
                    .filter(part => part !== "")
                    .join(" · "),
                ] as const,
            ),
          ]}
        />
        <History operator={sheet.operator} />
      </section>
      {post !== null && sheet.state !== "stopped" && (
        <>
          <RecordNumber post={post} onAct={onAct} />
          <RecordAssessment post={post} onAct={onAct} />
          <AmendService post={post} onAct={onAct} sheet={sheet} />
        </>
      )}
    </section>
  );
}
