// The board of supervision (监管看板): red and yellow lights by department, promised days against actual ones, corrections, bottlenecks.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { boardQuery } from "../../api/board";
import { nodeNow } from "../../api/client";
import type { OfficerPost } from "../../api/session";
import { Answered } from "../../components/answered";
import { toCsv } from "../../components/csv";
import { SelectField } from "../../components/field";
import { PostGate, usePostText } from "../../components/gate";
import { useNames } from "../../components/names";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { supervises } from "../../components/use-session";
import { DepartmentsTable, useDepartmentSheet } from "./departments-table";
import { periods } from "./figures";
import { ItemsPart } from "./items-part";
import { usePeriodText } from "./parts";

function Board({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const periodText = usePeriodText();
  const nameOf = useNames();
  const sheet = useDepartmentSheet();
  const [search, setSearch] = useSearchParams();
  const offered = periods(nodeNow());
  const period = offered.find(one => one === search.get("period")) ?? offered[0] ?? "";
  const board = useQuery(boardQuery(post.body, period));
  const set = (name: string, value: string) =>
    setSearch(
      before => {
        const after = new URLSearchParams(before);
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  const rows = board.data?.value.rows ?? [];
  const [only] = rows.length === 1 ? rows : [];
  const chosen = rows.find(row => row.department === search.get("department")) ?? only ?? null;
  const shown = chosen === null ? rows : [chosen];
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <div className="fields">
        <SelectField
          label={t("board.period")}
          value={period}
          options={offered.map(one => [one, periodText(one)] as const)}
          onChange={one => set("period", one)}
        />
        <SelectField
          label={t("board.department")}
          value={chosen?.department ?? ""}
          options={[
            ...(only === undefined ? [["", t("board.every")] as const] : []),
            ...rows.map(row => [row.department, nameOf(row.department)] as const),
          ]}
          onChange={one => set("department", one)}
        />
      </div>
      <Answered query={board}>
        {({ height }) =>
          shown.length === 0 ? (
            <p className="empty">{t("board.empty")}</p>
          ) : (
            <>
              <p className="hint">{t("board.lampHint")}</p>
              <DepartmentsTable
                rows={shown}
                chosen={chosen?.department ?? null}
                onChoose={one => set("department", one)}
              />
              <p className="actions">
                <button
                  type="button"
                  className="button"
                  onClick={() => {
                    const note = [t("board.period"), period, t("board.height"), height];
                    saveAs(`board-${period}.csv`, toCsv([...sheet(shown), note]), "text/csv");
                  }}
                >
                  {t("board.saveDepartments")}
                </button>
              </p>
              {chosen === null && <p className="hint">{t("board.chooseDepartment")}</p>}
            </>
          )
        }
      </Answered>
      {chosen !== null && (
        <ItemsPart
          key={chosen.department}
          body={post.body}
          department={chosen.department}
          name={nameOf(chosen.department)}
          period={period}
        />
      )}
    </>
  );
}

export function BoardRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("board.title")} lead={t("board.lead")}>
      <PostGate operation="approval.board" fits={supervises}>
        {(_, post) => <Board key={post.body} post={post} />}
      </PostGate>
    </Page>
  );
}
