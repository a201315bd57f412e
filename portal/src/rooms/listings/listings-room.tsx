import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listingKindsQuery, listingsQuery, PUBLICITIES } from "../../api/listings";
import { partyOf } from "../../api/parties";
import type { OfficerPost } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { listingKindText, listingLawText } from "../../components/act/fact";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { SelectField, TextField } from "../../components/field";
import { PostGate, usePostText } from "../../components/gate";
import { ListingCard } from "../../components/listing/listing-card";
import { useSeals } from "../../components/names";
import { Failure } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { parseDigest } from "../../verify/digest";
import { OfficerSteps } from "./officer-steps";

const CODE = /^[a-z0-9_-]{1,64}$/;
const SOCIAL_CREDIT_CODE = /^[0-9A-HJ-NPQRTUWXY]{18}$/;
const EMPTY = { subject: "", kind: "hpf-fraud", facts: "", publicity: "shared" };

function Propose({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change, clear } = useDraft(`listing ${post.body}`, EMPTY);
  const { data: kinds } = useQuery(listingKindsQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [open, setOpen] = useState(false);
  const subject = form.subject.trim();
  const subjectGood = parseDigest(subject) !== null || SOCIAL_CREDIT_CODE.test(subject);
  const kind = kinds?.value.find(one => one.code === form.kind);
  const ready = seal !== null && subjectGood && CODE.test(form.facts);

  async function propose(): Promise<void> {
    if (!ready || seal === null) return;
    setError(null);
    try {
      const { kind: listed, facts, publicity } = form;
      setAsked({
        operation: "sharing.listing_propose",
        arguments: { facts, for: post.body, kind: listed, publicity, subject: await partyOf(subject) },
        seal: { key: seal, asAccount: false },
        as: postText(post),
      });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <section aria-labelledby="propose-listing">
      <h2 id="propose-listing">{t("act.op.listingPropose.name")}</h2>
      <p className="hint">{t("listings.proposeHint")}</p>
      <p className="actions">
        <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("listings.open")}
        </button>
      </p>
      {open && (
        <form
          className="card"
          noValidate
          onSubmit={event => {
            event.preventDefault();
            void propose();
          }}
        >
          <TextField
            label={t("listings.subject")}
            hint={t("listings.subjectHint")}
            value={form.subject}
            error={subject !== "" && !subjectGood ? t("listings.subjectWrong") : null}
            onChange={value => change({ subject: value })}
          />
          <SelectField
            label={t("act.argument.kind")}
            value={form.kind}
            options={(kinds?.value ?? []).map(one => [one.code, listingKindText(t, one.code)] as const)}
            onChange={value => change({ kind: value })}
          />
          {kind && (
            <p className="hint">
              {t("listings.termsOf", {
                months: kind.months,
                early: kind.earlyMonths,
                statement: kind.statementDays,
                answer: kind.answerDays,
              })}{" "}
              {listingLawText(t, kind.code, kind.law)}
            </p>
          )}
          <TextField
            label={t("act.argument.facts")}
            hint={t("listings.factsHint")}
            value={form.facts}
            error={form.facts !== "" && !CODE.test(form.facts) ? t("listings.factsWrong") : null}
            onChange={facts => change({ facts })}
          />
          <SelectField
            label={t("act.argument.publicity")}
            value={form.publicity}
            options={PUBLICITIES.map(one => [one, t(`listings.publicity.${one}`)] as const)}
            onChange={publicity => change({ publicity })}
          />
          {error !== null && <Failure error={error} />}
          <p className="actions">
            <button type="submit" className="button button-main" disabled={!ready}>
              {t("act.toCheck")}
            </button>
          </p>
        </form>
      )}
      <ActSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onDone={act => act.state === "final" && clear()}
      />
    </section>
  );
}

function Desk({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const listings = useQuery(listingsQuery(post.body));
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <Propose post={post} />
      <section aria-labelledby="entries">
        <h2 id="entries">{t("listings.entries")}</h2>
        <Answered query={listings}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("listings.none")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(one => (
                  <ListingCard key={one.id} listing={one}>
                    {one.entry?.authority === post.body && (
                      <OfficerSteps
                        key={`${one.state} ${one.entry.objection}`}
                        id={one.id}
                        entry={one.entry}
                        post={post}
                        onAct={setAsked}
                      />
                    )}
                  </ListingCard>
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <RecentActs />
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** Listings (失信名单): what the body proposed and decided, each entry with the step that comes next. */
export function ListingsRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("listings.title")} lead={t("listings.lead")}>
      <PostGate operation="sharing.listing_propose">
        {(_, post) => <Desk key={post.body} post={post} />}
      </PostGate>
    </Page>
  );
}
