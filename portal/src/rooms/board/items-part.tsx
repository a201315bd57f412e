// The items of a department: how many cases, how many corrections, how long against what was promised.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BoardItem, boardItemsQuery } from "../../api/board";
import { said } from "../../api/items";
import { Answered } from "../../components/answered";
import { toCsv } from "../../components/csv";
import { SelectField, TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { saveAs } from "../../components/save";
import { useLanguage } from "../../components/use-language";
import {
  actualDays,
  correctionsPer100,
  decidedOf,
  ORDERS,
  type Order,
  ordered,
  promisedDays,
} from "./figures";
import { Lamps, StepsLink, useFigure } from "./parts";

const FIGURES = {
  submitted: (row: BoardItem) => row.flows.submitted,
  corrections: (row: BoardItem) => correctionsPer100(row.flows),
  decided: (row: BoardItem) => decidedOf(row.flows),
  actual: (row: BoardItem) => actualDays(row.flows),
  promised: (row: BoardItem) => promisedDays(row.flows),
  late: (row: BoardItem) => row.flows.promised_late,
} as const;
const COLUMNS = Object.keys(FIGURES) as readonly (keyof typeof FIGURES)[];

/** The columns by which rows can be put in order. */
const SORTED: Readonly<Partial<Record<keyof typeof FIGURES, Order>>> = {
  submitted: "submitted",
  corrections: "corrections",
  actual: "actual",
};

function Heading({
  order,
  label,
  now,
  onOrder,
}: {
  order: Order;
  label: string;
  now: Order;
  onOrder: (order: Order) => void;
}) {
  const up = order === "name";
  return (
    <th
      scope="col"
      className={order === "name" || order === "red" ? "" : "figure"}
      aria-sort={now !== order ? "none" : up ? "ascending" : "descending"}
    >
      <button type="button" className="link-button" onClick={() => onOrder(order)}>
        {label} <span aria-hidden="true">{now !== order ? "" : up ? "▲" : "▼"}</span>
      </button>
    </th>
  );
}

export function ItemsPart({
  body,
  department,
  name,
  period,
}: {
  body: string;
  department: string;
  name: string;
  period: string;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const figure = useFigure();
  const [order, setOrder] = useState<Order>("waiting");
  const [wanted, setWanted] = useState("");
  const items = useQuery(boardItemsQuery(body, department, period));
  const nameOf = (row: BoardItem) => said(row.name, language);
  const fits = (row: BoardItem) =>
    [row.item, row.name.zh, row.name.en ?? ""].some(text =>
      text.toLowerCase().includes(wanted.toLowerCase().trim()),
    );
  function save(rows: readonly BoardItem[], height: number): void {
    const head = [
      t("board.itemCode"),
      t("board.item"),
      t("board.version"),
      t("board.period"),
      t("board.height"),
      ...(["red", "yellow", "green"] as const).map(lamp => t(`board.lamp.${lamp}`)),
      ...COLUMNS.map(column => t(`board.column.${column}`)),
    ];
    const lines = rows.map(row => [
      row.item,
      nameOf(row),
      row.version,
      period,
      height,
      row.standing.red,
      row.standing.yellow,
      row.standing.green,
      ...COLUMNS.map(column => FIGURES[column](row)),
    ]);
    saveAs(`board-${department}-${period}.csv`, toCsv([head, ...lines]), "text/csv");
  }
  return (
    <section aria-labelledby="items">
      <h2 id="items">{t("board.itemsOf", { name })}</h2>
      <div className="fields">
        <TextField label={t("board.findItem")} value={wanted} onChange={setWanted} />
        <SelectField
          label={t("board.orderBy")}
          value={order}
          options={ORDERS.map(one => [one, t(`board.order.${one}`)] as const)}
          onChange={value => setOrder(ORDERS.find(one => one === value) ?? "waiting")}
        />
      </div>
      <Answered query={items}>
        {({ value, height }) => {
          const rows = ordered(value.rows.filter(fits), order, nameOf);
          if (rows.length === 0) return <p className="empty">{t("board.noItems")}</p>;
          return (
            <>
              {value.length > value.rows.length && (
                <p className="hint">
                  {t("board.firstRows", { n: formatCount(value.rows.length, language) })}
                </p>
              )}
              <section className="table-frame wide-frame" aria-label={t("board.itemsOf", { name })}>
                <table className="stack">
                  <thead>
                    <tr>
                      <Heading order="name" label={t("board.item")} now={order} onOrder={setOrder} />
                      <Heading order="red" label={t("board.lamps")} now={order} onOrder={setOrder} />
                      {COLUMNS.map(column => {
                        const by = SORTED[column];
                        return by === undefined ? (
                          <th key={column} scope="col" className="figure">
                            {t(`board.column.${column}`)}
                          </th>
                        ) : (
                          <Heading
                            key={column}
                            order={by}
                            label={t(`board.column.${column}`)}
                            now={order}
                            onOrder={setOrder}
                          />
                        );
                      })}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(row => (
                      <tr key={`${row.item} ${row.version}`}>
                        <td data-label={t("board.item")}>
                          <span>
                            <StepsLink item={row.item} version={row.version} period={period}>
                              {nameOf(row)}
                            </StepsLink>{" "}
                            <span className="hint">{t("board.ofVersion", { n: row.version })}</span>
                          </span>
                        </td>
                        <td data-label={t("board.lamps")}>
                          <Lamps standing={row.standing} />
                        </td>
                        {COLUMNS.map(column => (
                          <td key={column} data-label={t(`board.column.${column}`)} className="figure">
                            {figure(FIGURES[column](row))}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
              <p className="actions">
                <button type="button" className="button" onClick={() => save(rows, height)}>
                  {t("board.saveItems")}
                </button>
              </p>
            </>
          );
        }}
      </Answered>
    </section>
  );
}
