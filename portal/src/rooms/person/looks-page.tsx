import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { USAGE_PAGE, usageQuery } from "../../api/usage";
import { Answered } from "../../components/answered";
import { formatCount } from "../../components/format";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { useLanguage } from "../../components/use-language";
import { UsageList } from "./usage-list";

function Looks() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [offset, setOffset] = useState(0);
  const usage = useQuery(usageQuery(offset));
  return (
    <Answered query={usage}>
      {data => (
        <>
          <p className="hint">{t("person.looks.count", { n: formatCount(data.total, language) })}</p>
          <UsageList items={data.items} height={data.height} />
          <p className="actions">
            {offset > 0 && (
              <button type="button" className="button" onClick={() => setOffset(offset - USAGE_PAGE)}>
                {t("person.looks.newer")}
              </button>
            )}
            {offset + USAGE_PAGE < data.total && (
              <button type="button" className="button" onClick={() => setOffset(offset + USAGE_PAGE)}>
                {t("person.looks.older")}
              </button>
            )}
          </p>
        </>
      )}
    </Answered>
  );
}

/** Who looked (谁看过我的数据): every look, allowed or refused. */
export function LooksPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("person.looks.name")} lead={t("person.looks.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{() => <Looks />}</PersonGate>
    </Page>
  );
}
