import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Column, Decided, Table } from "../diagrams/tables/read";
import { Facts } from "./facts";
import { Notice } from "./notice";
import { useTypeText } from "./use-type-text";

const POLICIES = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE_ORDER", "OUTPUT_ORDER", "COLLECT"] as const;
const AGGREGATIONS = ["SUM", "MIN", "MAX", "COUNT"] as const;

/** How a table decides where several rules match. */
function usePolicyText(): (table: Table) => string {
  const { t } = useTranslation();
  return ({ policy, aggregation }) => {
    const known = POLICIES.find(one => one === policy.replace(" ", "_"));
    if (known === undefined) return policy;
    const how = AGGREGATIONS.find(one => one === aggregation);
    if (known === "COLLECT" && how !== undefined) return t(`decisions.policy.${how}`);
    return t(`decisions.policy.${known}`);
  };
}

function Head({ column, output }: { column: Column; output: boolean }) {
  const { t } = useTranslation();
  const typeText = useTypeText();
  const name = column.expression || (output ? t("decisions.answer") : "");
  return (
    <th scope="col" className={output ? "decides" : undefined}>
      {column.label || name}
      {column.label !== "" && column.label !== name && name !== "" && (
        <>
          {" "}
          <span className="code">{name}</span>
        </>
      )}
      <br />
      <small>
        {typeText(column.type)}
        {column.values !== "" && ` · ${column.values}`}
        {column.standard !== "" && ` · ${t("decisions.standard", { value: column.standard })}`}
      </small>
    </th>
  );
}

function TableOf({ table, name }: { table: Table; name: string }) {
  const { t } = useTranslation();
  const policyText = usePolicyText();
  return (
    <>
      <p>{policyText(table)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keys. */}
      <section className="table-frame table-wide" aria-label={name} tabIndex={0}>
        <table className="decision-table">
          <thead>
            <tr>
              <th scope="col">{t("decisions.rule")}</th>
              {table.inputs.map(column => (
                <Head key={column.id} column={column} output={false} />
              ))}
              {table.outputs.map(column => (
                <Head key={column.id} column={column} output />
              ))}
              {table.notes.map((note, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns of notes have nothing else.
                <th scope="col" key={at}>
                  {note || t("decisions.note")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rules.map((rule, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its number.
              <tr key={at}>
                <th scope="row">{at + 1}</th>
                {rule.inputs.map((text, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                  <td key={place}>
                    {text === "" || text === "-" ? (
                      <span className="hint">{t("decisions.anything")}</span>
                    ) : (
                      <code>{text}</code>
                    )}
                  </td>
                ))}
                {rule.outputs.map((text, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                  <td key={place} className="decides">
                    {text === "" ? (
                      <span className="hint">{t("decisions.nothing")}</span>
                    ) : (
                      <code>{text}</code>
                    )}
                  </td>
                ))}
                {rule.notes.map((text, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                  <td key={place}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function DecisionOf({ decided }: { decided: Decided }) {
  const { t } = useTranslation();
  const typeText = useTypeText();
  const facts = decided.facts.map(fact => (
    <li key={fact.name}>
      <span className="code">{fact.name}</span>{" "}
      {fact.decision ? t("decisions.ofDecision") : typeText(fact.type)}
    </li>
  ));
  return (
    <>
      <h4>
        {decided.name || decided.id} <span className="code">{decided.id}</span>
      </h4>
      <Facts
        items={[
          [
            t("decisions.facts"),
            facts.length === 0 ? (
              t("decisions.noFacts")
            ) : (
              <ul key="facts" className="plain-list">
                {facts}
              </ul>
            ),
          ],
        ]}
      />
      {decided.table !== null ? (
        <TableOf table={decided.table} name={decided.name || decided.id} />
      ) : (
        <>
          <p>{t("decisions.noTable")}</p>
          {decided.expression !== "" && <pre>{decided.expression}</pre>}
        </>
      )}
    </>
  );
}

/** The decisions of a document as tables to be read, and the file itself for whoever wants it. */
export function DecisionTables({ xml }: { xml: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["decision-tables", xml],
    staleTime: Number.POSITIVE_INFINITY,
    // What is being drawn is another text with every key.
    gcTime: 0,
    retry: false,
    queryFn: async () => (await import("../diagrams/tables/read")).readDecisions(xml),
  });
  return (
    <>
      {error !== null && <Notice tone="warn" title={t("decisions.unread")} />}
      {data === undefined && error === null && <p className="hint">{t("common.loading")}</p>}
      {data?.decisions.map(decided => (
        <DecisionOf key={decided.id} decided={decided} />
      ))}
      {data !== undefined && data.others.length > 0 && (
        <p>{t("decisions.others", { names: data.others.join(t("common.listSeparator")) })}</p>
      )}
      <details>
        <summary>{t("decisions.file")}</summary>
        <pre>{xml}</pre>
      </details>
    </>
  );
}
