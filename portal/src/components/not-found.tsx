import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "./page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")} lead={t("notFound.lead")}>
      <Link className="button" to="/">
        {t("notFound.home")}
      </Link>
    </Page>
  );
}
