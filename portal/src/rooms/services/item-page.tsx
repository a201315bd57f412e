// The guide to one service item: what it is, what is needed, and what the platform has already.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Item, itemQuery, type NeededMaterial, said } from "../../api/items";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Facts } from "../../components/facts";
import { useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { usePeriodText } from "../../components/period";
import { useLanguage } from "../../components/use-language";
import { moneyText } from "../../ledger/fund";

export function MaterialNeed({ material }: { material: NeededMaterial }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const shared = material.source !== "submitted";
  return (
    <>
      <strong>{said(material.name, language)}</strong>{" "}
      {shared ? (
        <Badge tone="good">{t("services.haveIt", { name: nameOf(material.holder ?? "") })}</Badge>
      ) : (
        <Badge tone="plain">{t(material.required ? "services.needed" : "services.optional")}</Badge>
      )}
    </>
  );
}

const SERVED = ["person", "organisation"] as const;

function Guide({ item }: { item: Item }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const period = usePeriodText();
  const forPersons = item.served.includes("person");
  return (
    <>
      {!item.offered && <Notice tone="warn" title={t("services.withdrawn")} />}
      {item.offered && !forPersons && <Notice tone="info" title={t("services.onlyOrganisations")} />}
      {item.offered && forPersons && (
        <p className="actions">
          <Link className="button button-main" to={`/services/${item.code}/apply`}>
            {t("services.apply")}
          </Link>
        </p>
      )}
      <Facts
        items={[
          [t("services.department"), nameOf(item.department)],
          [
            t("services.servedName"),
            SERVED.filter(one => item.served.includes(one))
              .map(one => t(`services.served.${one}`))
              .join(t("common.listSeparator")),
          ],
          [t("services.conditions"), said(item.conditions, language)],
          [
            t("services.howLong"),
            item.promised === null
              ? t("services.immediate")
              : t("services.promised", { period: period(item.promised) }),
          ],
          [t("services.statutory"), item.statutory === null ? null : period(item.statutory)],
          [
            t("services.cost"),
            item.fee
              ? `${item.feeFen === null ? t("services.feeVaries") : t("services.yuan", { sum: moneyText(BigInt(item.feeFen)) })} (${item.feeBasis ?? ""})`
              : t("services.free"),
          ],
          [t("services.visitsName"), item.visits === 0 ? t("services.noVisit") : String(item.visits)],
          [t("services.laws"), item.laws.join(t("common.listSeparator"))],
          [t("services.gives"), item.licence === null ? null : said(item.licence.name, language)],
          [t("services.contact"), item.contact === null ? null : said(item.contact, language)],
          [
            t("services.code"),
            <span key="code" className="code">
              {item.code}
            </span>,
          ],
          [t("services.version"), String(item.version)],
        ]}
      />
      <section aria-labelledby="materials">
        <h2 id="materials">{t("services.materials")}</h2>
        <ul className="row-list">
          {item.materials.map(material => (
            <li key={material.class}>
              <MaterialNeed material={material} />
            </li>
          ))}
        </ul>
        {item.materials.some(one => one.source !== "submitted") && (
          <p className="hint">{t("services.haveItHint")}</p>
        )}
      </section>
      <p className="hint">{t("services.paper")}</p>
    </>
  );
}

export function ItemPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { code = "" } = useParams();
  const item = useQuery(itemQuery(code));
  const name = item.data?.value?.name;
  return (
    <Page title={name === undefined ? t("services.item") : said(name, language)}>
      <p className="crumbs">
        <Link to="/services">{t("services.name")}</Link>
      </p>
      <Answered query={item}>
        {({ value }) =>
          value === null ? <Notice tone="bad" title={t("services.none")} /> : <Guide item={value} />
        }
      </Answered>
    </Page>
  );
}
