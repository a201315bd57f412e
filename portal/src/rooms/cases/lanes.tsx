// The lanes of a case on its own drawing: what is done, what waits, what is late. The same for everybody at one height.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/cases";
import { enactedQuery, spoken } from "../../api/items";
import { outcomeText } from "../../components/act/approval-facts";
import { usePartyName } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { inLanguage, ProcessView } from "../../components/drawing-frame";
import { DueLamp } from "../../components/due-lamp";
import { useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import type { Mark } from "../../diagrams/drawing";

/** The element of a place, which has a number behind it where several stand side by side. */
function nodeOf(place: string): string {
  return place.split("#")[0] ?? place;
}

/** The names of the elements of a drawing. */
export function namesIn(xml: string): ReadonlyMap<string, string> {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  const named = Array.from(document.querySelectorAll("[id][name]"));
  return new Map(named.map(one => [one.getAttribute("id") ?? "", one.getAttribute("name") ?? ""]));
}

/** Gives what a step of a process is called, in the language of the page. */
export function useStepNames({ process }: Pick<Case, "process">): (step: string) => string {
  const language = useLanguage();
  const { data } = useQuery(enactedQuery(`process/${process.key}`, process.version));
  const xml = data?.value ?? null;
  const names = useMemo(() => (xml === null ? null : namesIn(xml)), [xml]);
  return step => spoken(names?.get(step) ?? step, language);
}

export function Lanes({ value }: { value: Case }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const partyName = usePartyName();
  const stepName = useStepNames(value);
  const language = useLanguage();
  const said = value.opinions.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const drawing = useQuery(enactedQuery(`process/${value.process.key}`, value.process.version));
  const marks = useMemo((): Readonly<Record<string, Mark>> => {
    const done = value.opinions.map(one => [nodeOf(one.place), "done"] as const);
    const open = value.steps.map(one => [one.step, one.overdue ? "late" : "now"] as const);
    return Object.fromEntries([...done, ...open]);
  }, [value]);
  return (
    <section aria-labelledby="lanes">
      <h2 id="lanes">{t("cases.lanes")}</h2>
      <ul className="row-list">
        {said.map(one => (
          <li key={one.place}>
            <p className="row-title">
              <strong>{nameOf(one.department)}</strong> <Badge tone="good">{t("cases.laneDone")}</Badge>
            </p>
            <p className="receipt-facts">
              <span>{stepName(nodeOf(one.place))}</span>
              {one.outcome !== null && <span>{outcomeText(t, one.outcome)}</span>}
              <span>{one.officers.map(partyName).join(t("common.listSeparator"))}</span>
              {one.at !== null && <Time ms={one.at} />}
            </p>
            {one.text !== null && <p>{one.text}</p>}
          </li>
        ))}
        {value.steps.map(one => (
          <li key={`${one.step} ${one.work}`}>
            <p className="row-title">
              <strong>{nameOf(one.department ?? "")}</strong>{" "}
              <Badge tone={one.overdue ? "bad" : "plain"}>
                {t(one.overdue ? "cases.laneLate" : "cases.laneOpen")}
              </Badge>{" "}
              {one.due && <DueLamp due={one.due} />}
            </p>
            <p className="receipt-facts">
              <span>{stepName(one.step)}</span>
            </p>
          </li>
        ))}
      </ul>
      <Answered query={drawing}>
        {({ value: xml }) =>
          xml === null ? (
            <Notice tone="warn" title={t("cases.noDrawing")} />
          ) : (
            <ProcessView xml={inLanguage(xml, language)} marks={marks} label={t("cases.drawing")} />
          )
        }
      </Answered>
    </section>
  );
}
