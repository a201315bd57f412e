import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type At, ask } from "../../api/ask";
import type { OfficerPost } from "../../api/session";
import { type Lease, type Loan, leasesQuery, readLoan } from "../../api/sharing";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";
import { PostGate, usePostText } from "../../components/gate";
import { purposeText } from "../../components/names";
import { Page } from "../../components/page";

interface Case {
  readonly name: string;
  readonly leases: readonly Lease[];
  readonly loan: Loan | null;
}

/** The cases that leases to this body name, with what became of them. */
function useCases(code: string) {
  const leases = useQuery({ ...leasesQuery(code), refetchInterval: 10_000 });
  const own = leases.data?.value.map(({ value }) => value).filter(one => one.grantee === code) ?? [];
  const names = [...new Set(own.map(one => one.case))];
  return useQuery({
    queryKey: ["found", "cases", code, names.join("\n")],
    enabled: leases.data !== undefined,
    queryFn: async (): Promise<At<readonly Case[]>> => {
      const empty = { height: leases.data?.height ?? 0, time: 0, value: [] };
      if (names.length === 0) return empty;
      const { height, time, value } = await ask(
        names.map(name => ({ question: "sharing.loan", about: { for: code, case: name } })),
      );
      const cases = names.map((name, at): Case => {
        const answer = value[at];
        return {
          name,
          leases: own.filter(one => one.case === name),
          loan: answer?.problem === null ? readLoan(answer.value, code, name) : null,
        };
      });
      return { height, time, value: cases };
    },
  });
}

const TONES = { accepted: "warn", approved: "good", refused: "bad" } as const;

/** Open cases first, those with the least time left before the others. */
function byUrgency(a: Case, b: Case): number {
  const rank = (one: Case) => (one.loan === null ? 1 : one.loan.state === "accepted" ? 0 : 2);
  return rank(a) - rank(b) || (a.loan?.due?.end ?? 0) - (b.loan?.due?.end ?? 0);
}

function Cases({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const cases = useCases(post.body);
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <Answered query={cases}>
        {data =>
          data.value.length === 0 ? (
            <p className="empty">{t("loans.empty")}</p>
          ) : (
            <ul className="row-list">
              {data.value.toSorted(byUrgency).map(one => (
                <li key={one.name}>
                  <p className="row-title">
                    <Link to={`/loans/${encodeURIComponent(one.name)}`}>
                      <strong>{one.name}</strong>
                    </Link>{" "}
                    <Badge tone={one.loan ? TONES[one.loan.state] : "plain"}>
                      {one.loan ? t(`loans.state.${one.loan.state}`) : t("loans.state.new")}
                    </Badge>{" "}
                    {one.loan?.state === "accepted" && one.loan.due && <DueLamp due={one.loan.due} />}
                  </p>
                  <p className="receipt-facts">
                    <span>{purposeText(t, one.leases[0]?.purpose ?? "")}</span>
                    <span>
                      {t("loans.leases", {
                        n: one.leases.filter(lease => lease.state === "living").length,
                      })}
                    </span>
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <RecentActs />
    </>
  );
}

/** Loans (贷款): cases for which somebody leased data to this body. */
export function LoansRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("loans.title")} lead={t("loans.lead")}>
      <PostGate operation="sharing.disclose">{(_, post) => <Cases key={post.body} post={post} />}</PostGate>
    </Page>
  );
}
