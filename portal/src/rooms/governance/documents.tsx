import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { fetchDocument } from "../../api/governance";
import { Answered } from "../../components/answered";
import { DecisionTables } from "../../components/decision-tables";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { TextField } from "../../components/field";
import { Notice } from "../../components/notice";
import { Time } from "../../components/time";

function Shown({ name }: { name: string }) {
  const { t } = useTranslation();
  const document = useQuery({
    queryKey: ["ask", "governance.document", name],
    queryFn: () => fetchDocument(name),
  });
  return (
    <Answered query={document}>
      {({ value }) =>
        value === null ? (
          <Notice tone="info" title={t("governance.noDocument", { name })} />
        ) : (
          <div className="card">
            <Facts
              items={[
                [t("governance.documentName"), value.name],
                [t("governance.documentVersion"), String(value.version)],
                [t("act.argument.from"), value.since === null ? null : <Time key="s" ms={value.since} />],
                [t("governance.documentDigest"), <Digest key="d" value={value.digest} />],
              ]}
            />
            {value.content !== null &&
              (value.name.startsWith("decision/") ? (
                <>
                  <DecisionTables xml={value.content} />
                  <p className="actions">
                    <Link
                      className="button"
                      to={`/governance/decisions?decision=${encodeURIComponent(value.name)}`}
                    >
                      {t("decisions.change")}
                    </Link>
                  </p>
                </>
              ) : (
                <pre>{value.content}</pre>
              ))}
          </div>
        )
      }
    </Answered>
  );
}

/** Policies and catalogues that members have enacted, by name. */
export function Documents() {
  const { t } = useTranslation();
  const [name, setName] = useState("access-policy");
  const [shown, setShown] = useState<string | null>(null);
  return (
    <section aria-labelledby="documents">
      <h2 id="documents">{t("governance.documents")}</h2>
      <form
        className="inline-form"
        onSubmit={event => {
          event.preventDefault();
          setShown(name.trim());
        }}
      >
        <TextField label={t("governance.documentName")} value={name} onChange={setName} />
        <button type="submit" className="button" disabled={name.trim() === ""}>
          {t("common.open")}
        </button>
      </form>
      {shown !== null && shown !== "" && <Shown key={shown} name={shown} />}
    </section>
  );
}
