import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ownCasesQuery } from "../../api/cases";
import { itemsQuery, said } from "../../api/items";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { useLanguage } from "../../components/use-language";
import { CaseDue, StateBadge } from "./state";

function Own({ party }: { party: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const cases = useQuery({ ...ownCasesQuery(party), refetchInterval: 10_000 });
  const { data: items } = useQuery(itemsQuery);
  return (
    <Answered query={cases}>
      {data =>
        data.value.length === 0 ? (
          <p className="empty">
            {t("cases.none")} <Link to="/services">{t("services.name")}</Link>
          </p>
        ) : (
          <ul className="row-list">
            {data.value.map(({ value }) => {
              const item = items?.value.find(one => one.code === value.item);
              return (
                <li key={value.number}>
                  <p className="row-title">
                    <Link to={`/cases/${value.number}`}>
                      <strong>{item === undefined ? value.item : said(item.name, language)}</strong>
                    </Link>{" "}
                    <StateBadge state={value.state} /> <CaseDue clocks={value.clocks} />
                  </p>
                  <p className="receipt-facts">
                    <span className="code">{value.number}</span>
                  </p>
                </li>
              );
            })}
          </ul>
        )
      }
    </Answered>
  );
}

export function OwnCases() {
  const { t } = useTranslation();
  return (
    <Page title={t("cases.ownTitle")} lead={t("cases.ownLead")}>
      <PersonGate>{(_, party) => <Own party={party} />}</PersonGate>
    </Page>
  );
}
