// One item on the board: its process as it is drawn, with how many cases wait at each step, and the steps that hold up the others.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { type BoardStep, boardStepsQuery, type SteppedItem } from "../../api/board";
import { nodeNow } from "../../api/client";
import { enactedQuery, said, spoken } from "../../api/items";
import type { OfficerPost } from "../../api/session";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { toCsv } from "../../components/csv";
import { inLanguage, ProcessView } from "../../components/drawing-frame";
import { SelectField } from "../../components/field";
import { formatCount } from "../../components/format";
import { PostGate } from "../../components/gate";
import { useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { useLanguage } from "../../components/use-language";
import { supervises } from "../../components/use-session";
import type { Mark } from "../../diagrams/drawing";
import { average, bottlenecks, decidedOf, type Heat, periods } from "./figures";
import { Lamps, useDuration, useFigure, usePeriodText } from "./parts";

function StepsTable({
  steps,
  hot,
}: {
  steps: readonly BoardStep[];
  hot: ReadonlyMap<string, readonly Heat[]>;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const duration = useDuration();
  const count = (n: number) => formatCount(n, language);
  return (
    <section className="table-frame wide-frame" aria-label={t("board.steps")}>
      <table className="stack">
        <thead>
          <tr>
            <th scope="col">{t("board.step")}</th>
            <th scope="col">{t("board.bottleneck")}</th>
            <th scope="col" className="figure">
              {t("board.waiting")}
            </th>
            <th scope="col" className="figure">
              {t("board.waitingLate")}
            </th>
            <th scope="col" className="figure">
              {t("board.taken")}
            </th>
            <th scope="col" className="figure">
              {t("board.averageTime")}
            </th>
            <th scope="col" className="figure">
              {t("board.longestTime")}
            </th>
            <th scope="col" className="figure">
              {t("board.ranOver")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(one => (
            <tr key={one.step}>
              <td data-label={t("board.step")}>{spoken(one.name, language)}</td>
              <td data-label={t("board.bottleneck")}>
                <span className="lights">
                  {hot.get(one.step)?.map(heat => (
                    <Badge key={heat} tone="warn">
                      {t(`board.heat.${heat}`)}
                    </Badge>
                  )) ?? "–"}
                </span>
              </td>
              <td className="figure" data-label={t("board.waiting")}>
                {count(one.waiting)}
              </td>
              <td className="figure" data-label={t("board.waitingLate")}>
                {one.waiting_late > 0 ? <Badge tone="bad">{count(one.waiting_late)}</Badge> : count(0)}
              </td>
              <td className="figure" data-label={t("board.taken")}>
                {count(one.taken)}
              </td>
              <td className="figure" data-label={t("board.averageTime")}>
                {duration(average(one.seconds, one.taken))}
              </td>
              <td className="figure" data-label={t("board.longestTime")}>
                {duration(one.taken === 0 ? null : one.longest_seconds)}
              </td>
              <td className="figure" data-label={t("board.ranOver")}>
                {count(one.late)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Diagram({ value, hot }: { value: SteppedItem; hot: ReadonlyMap<string, readonly Heat[]> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const drawing = useQuery(enactedQuery(`process/${value.process.key}`, value.process.version));
  const marks = useMemo((): Readonly<Record<string, Mark>> => {
    const waiting = value.steps.filter(one => one.waiting > 0).map(one => [one.step, "now"] as const);
    const hottest = [...hot.keys()].map(step => [step, "hot"] as const);
    return Object.fromEntries([...waiting, ...hottest]);
  }, [value, hot]);
  const notes = useMemo(
    () =>
      Object.fromEntries(
        value.steps.map(one => [
          one.step,
          t(hot.has(one.step) ? "board.noteHot" : "board.note", {
            n: formatCount(one.waiting, language),
          }),
        ]),
      ),
    [value, hot, t, language],
  );
  return (
    <Answered query={drawing}>
      {({ value: xml }) =>
        xml === null ? (
          <Notice tone="warn" title={t("cases.noDrawing")} />
        ) : (
          <ProcessView
            xml={inLanguage(xml, language)}
            marks={marks}
            notes={notes}
            label={t("board.drawing")}
          />
        )
      }
    </Answered>
  );
}

function Item({ value, period, height }: { value: SteppedItem; period: string; height: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const figure = useFigure();
  const { flows, steps } = value;
  const hot = useMemo(() => bottlenecks(steps), [steps]);
  const name = said(value.name, language);
  function save(): void {
    const head = [
      t("board.step"),
      t("board.period"),
      t("board.height"),
      t("board.waiting"),
      t("board.waitingLate"),
      t("board.taken"),
      t("board.averageSeconds"),
      t("board.longestSeconds"),
      t("board.ranOver"),
    ];
    const lines = steps.map(one => [
      spoken(one.name, language),
      period,
      height,
      one.waiting,
      one.waiting_late,
      one.taken,
      average(one.seconds, one.taken),
      one.longest_seconds,
      one.late,
    ]);
    saveAs(`board-${value.item}-${period}.csv`, toCsv([head, ...lines]), "text/csv");
  }
  return (
    <>
      <h2>
        {name} <span className="hint">{t("board.ofVersion", { n: value.version })}</span>
      </h2>
      <p className="receipt-facts">
        <span>{nameOf(value.item.slice(0, 18))}</span>
        <span className="code">{value.item}</span>
        <Lamps standing={value.standing} />
      </p>
      <p className="receipt-facts">
        <span>{t("board.submittedCount", { n: figure(flows.submitted) })}</span>
        <span>{t("board.decidedCount", { n: figure(decidedOf(flows)) })}</span>
        {flows.promised > 0 && (
          <span>
            {t("board.actualOfPromised", {
              actual: figure(average(flows.promised_actual_days, flows.promised)),
              promised: figure(average(flows.promised_days, flows.promised)),
            })}
          </span>
        )}
      </p>
      <h2>{t("board.drawing")}</h2>
      <Diagram value={value} hot={hot} />
      <h2>{t("board.steps")}</h2>
      <Notice tone="info" title={t("board.noSkip")}>
        <p>{t("board.noSkipHint")}</p>
      </Notice>
      <StepsTable steps={steps} hot={hot} />
      <p className="actions">
        <button type="button" className="button" onClick={save}>
          {t("board.saveSteps")}
        </button>
      </p>
    </>
  );
}

function Steps({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const periodText = usePeriodText();
  const { item = "", version = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const offered = periods(nodeNow());
  const period = offered.find(one => one === search.get("period")) ?? offered[0] ?? "";
  const steps = useQuery(boardStepsQuery(post.body, item, Number(version), period));
  return (
    <>
      <p>
        <Link to={`/board?period=${period}&department=${item.slice(0, 18)}`}>{t("board.back")}</Link>
      </p>
      <div className="fields">
        <SelectField
          label={t("board.period")}
          value={period}
          options={offered.map(one => [one, periodText(one)] as const)}
          onChange={one => setSearch({ period: one }, { replace: true })}
        />
      </div>
      <Answered query={steps}>
        {({ value, height }) =>
          value === null ? (
            <Notice tone="warn" title={t("board.noItems")} />
          ) : (
            <Item value={value} period={period} height={height} />
          )
        }
      </Answered>
    </>
  );
}

export function BoardStepsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("board.stepsTitle")} lead={t("board.stepsLead")}>
      <PostGate operation="approval.board" fits={supervises}>
        {(_, post) => <Steps post={post} />}
      </PostGate>
    </Page>
  );
}
