// The departments of the board: lamps, decisions, days.

import { useTranslation } from "react-i18next";
import type { DepartmentRow } from "../../api/board";
import { formatCount } from "../../components/format";
import { useNames } from "../../components/names";
import { useLanguage } from "../../components/use-language";
import { actualDays, decidedOf, openOf, promisedDays, statutoryDays } from "./figures";
import { Lamps, useFigure } from "./parts";

/** The columns that are figures, with how each is had from a row. */
const FIGURES = {
  undelivered: (row: DepartmentRow) => row.standing.undelivered,
  decided: (row: DepartmentRow) => decidedOf(row.flows),
  decidedYear: (row: DepartmentRow) => decidedOf(row.year),
  refused: (row: DepartmentRow) => row.flows.refused,
  deemed: (row: DepartmentRow) => row.flows.deemed,
  withdrawn: (row: DepartmentRow) => row.flows.withdrawn,
  actual: (row: DepartmentRow) => actualDays(row.flows),
  promised: (row: DepartmentRow) => promisedDays(row.flows),
  statutory: (row: DepartmentRow) => statutoryDays(row.flows),
  longest: (row: DepartmentRow) => (decidedOf(row.flows) === 0 ? null : row.flows.longest_days),
} as const;
const COLUMNS = Object.keys(FIGURES) as readonly (keyof typeof FIGURES)[];

/** What the file of departments says, under the names of the columns. */
export function useDepartmentSheet(): (
  rows: readonly DepartmentRow[],
) => readonly (readonly (string | number | null)[])[] {
  const { t } = useTranslation();
  const nameOf = useNames();
  const lamps = ["red", "yellow", "green"] as const;
  return rows => [
    [
      t("board.code"),
      t("board.department"),
      ...lamps.map(lamp => t(`board.lamp.${lamp}`)),
      t("board.suspendedColumn"),
      ...COLUMNS.map(column => t(`board.column.${column}`)),
    ],
    ...rows.map(row => [
      row.department,
      nameOf(row.department),
      ...lamps.map(lamp => row.standing[lamp]),
      row.standing.suspended,
      ...COLUMNS.map(column => FIGURES[column](row)),
    ]),
  ];
}

export function DepartmentsTable({
  rows,
  chosen,
  onChoose,
}: {
  rows: readonly DepartmentRow[];
  chosen: string | null;
  onChoose: (department: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const figure = useFigure();
  return (
    <section className="table-frame wide-frame board-departments" aria-label={t("board.departments")}>
      <table className="stack">
        <thead>
          <tr>
            <th scope="col">{t("board.department")}</th>
            <th scope="col">{t("board.lamps")}</th>
            <th scope="col" className="figure">
              {t("board.column.open")}
            </th>
            {COLUMNS.map(column => (
              <th key={column} scope="col" className="figure">
                {t(`board.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.department} className={row.department === chosen ? "chosen" : ""}>
              <td data-label={t("board.department")}>
                <button
                  type="button"
                  className="link-button"
                  aria-pressed={row.department === chosen}
                  onClick={() => onChoose(row.department)}
                >
                  {nameOf(row.department)}
                </button>
              </td>
              <td data-label={t("board.lamps")}>
                <Lamps standing={row.standing} />
              </td>
              <td data-label={t("board.column.open")} className="figure">
                <span>
                  {figure(openOf(row.standing))}{" "}
                  {row.standing.suspended > 0 && (
                    <span className="hint">
                      {t("board.suspended", { n: formatCount(row.standing.suspended, language) })}
                    </span>
                  )}
                </span>
              </td>
              {COLUMNS.map(column => {
                const value = FIGURES[column](row);
                const late =
                  column === "undelivered" && row.standing.undelivered_late > 0
                    ? t("board.lateToHandOver", { n: formatCount(row.standing.undelivered_late, language) })
                    : null;
                return (
                  <td key={column} data-label={t(`board.column.${column}`)} className="figure">
                    <span>
                      {figure(value)} {late !== null && <span className="hint">{late}</span>}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
