import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Route, Routes } from "react-router";
import { NotFound } from "../components/not-found";
import { Notice } from "../components/notice";
import { AuditRoom } from "../rooms/audit/audit-room";
import { CheckPage } from "../rooms/check/check-page";
import { CheckStart } from "../rooms/check/check-start";
import { LicenceCheckPage } from "../rooms/check/licence-check-page";
import { DepositRoom } from "../rooms/deposit/deposit-room";
import { ExtractsRoom } from "../rooms/extracts/extracts-room";
import { TracePage } from "../rooms/extracts/trace-page";
import { FilingRoom } from "../rooms/filing/filing-room";
import { GovernanceRoom } from "../rooms/governance/governance-room";
import { KeysRoom } from "../rooms/keys/keys-room";
import { ListingsRoom } from "../rooms/listings/listings-room";
import { CasePage } from "../rooms/loans/case-page";
import { LoansRoom } from "../rooms/loans/loans-room";
import { BlockPage } from "../rooms/network/block-page";
import { NetworkRoom } from "../rooms/network/network-room";
import { AskPage } from "../rooms/person/ask-page";
import { CertificatePage } from "../rooms/person/certificate-page";
import { LeasePage } from "../rooms/person/lease-page";
import { ListingsPage } from "../rooms/person/listings-page";
import { LooksPage } from "../rooms/person/looks-page";
import { MandatesPage } from "../rooms/person/mandates-page";
import { PersonRoom } from "../rooms/person/person-room";
import { ModellerPage } from "../rooms/processes/modeller-page";
import { ReceiptsRoom } from "../rooms/receipts/receipts-room";
import { EntryPage } from "../rooms/search/entry-page";
import { SearchRoom } from "../rooms/search/search-room";
import { HomeRoom } from "../rooms/start/home-room";
import { StewardRoom } from "../rooms/steward/steward-room";
import { VerifyRoom } from "../rooms/verify/verify-room";
import { WalletRoom } from "../rooms/wallet/wallet-room";
import { IssuePage } from "../rooms/window/issue-page";
import { WindowRoom } from "../rooms/window/window-room";
import { ErrorBoundary } from "./error-boundary";
import { Shell } from "./shell";

const approval = () => import("./approval-rooms");
const ApplyPage = lazy(async () => ({ default: (await approval()).ApplyPage }));
const ApprovalCase = lazy(async () => ({ default: (await approval()).CasePage }));
const DecisionPage = lazy(async () => ({
  default: (await import("../rooms/decisions/decision-page")).DecisionPage,
}));
const BoardRoom = lazy(async () => ({ default: (await approval()).BoardRoom }));
const BoardStepsPage = lazy(async () => ({ default: (await approval()).BoardStepsPage }));
const ItemPage = lazy(async () => ({ default: (await approval()).ItemPage }));
const LicenceDeskPage = lazy(async () => ({ default: (await approval()).LicenceDeskPage }));
const LicencePage = lazy(async () => ({ default: (await approval()).LicencePage }));
const LicencesRoom = lazy(async () => ({ default: (await approval()).LicencesRoom }));
const MessagesRoom = lazy(async () => ({ default: (await approval()).MessagesRoom }));
const OwnCases = lazy(async () => ({ default: (await approval()).OwnCases }));
const QueueRoom = lazy(async () => ({ default: (await approval()).QueueRoom }));
const ServicesRoom = lazy(async () => ({ default: (await approval()).ServicesRoom }));

function Loading() {
  const { t } = useTranslation();
  return <Notice tone="info" title={t("common.loading")} />;
}

/** Verify must work after the network is cut, so its room and those beside it are in one bundle; what needs the network anyway is loaded later. */
export function App() {
  return (
    <Shell>
      <ErrorBoundary>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<HomeRoom />} />
            <Route path="/network" element={<NetworkRoom />} />
            <Route path="/blocks/:height" element={<BlockPage />} />
            <Route path="/deposit" element={<DepositRoom />} />
            <Route path="/receipts" element={<ReceiptsRoom />} />
            <Route path="/verify" element={<VerifyRoom />} />
            <Route path="/search" element={<SearchRoom />} />
            <Route path="/evidence/:entry" element={<EntryPage />} />
            <Route path="/keys" element={<KeysRoom />} />
            <Route path="/me" element={<PersonRoom />} />
            <Route path="/me/ask" element={<AskPage />} />
            <Route path="/me/lease" element={<LeasePage />} />
            <Route path="/me/looks" element={<LooksPage />} />
            <Route path="/me/listings" element={<ListingsPage />} />
            <Route path="/me/mandates" element={<MandatesPage />} />
            <Route path="/me/certificates/:id" element={<CertificatePage />} />
            <Route path="/me/licences" element={<LicencesRoom />} />
            <Route path="/me/licences/:id" element={<LicencePage />} />
            <Route path="/services" element={<ServicesRoom />} />
            <Route path="/services/:code" element={<ItemPage />} />
            <Route path="/services/:code/apply" element={<ApplyPage />} />
            <Route path="/cases" element={<OwnCases />} />
            <Route path="/cases/:number" element={<ApprovalCase />} />
            <Route path="/messages" element={<MessagesRoom />} />
            <Route path="/tasks" element={<QueueRoom />} />
            <Route path="/window" element={<WindowRoom />} />
            <Route path="/window/:request" element={<IssuePage />} />
            <Route path="/loans" element={<LoansRoom />} />
            <Route path="/loans/:name" element={<CasePage />} />
            <Route path="/listings" element={<ListingsRoom />} />
            <Route path="/wallet" element={<WalletRoom />} />
            <Route path="/extracts" element={<ExtractsRoom />} />
            <Route path="/extracts/trace" element={<TracePage />} />
            <Route path="/steward" element={<StewardRoom />} />
            <Route path="/audit" element={<AuditRoom />} />
            <Route path="/board" element={<BoardRoom />} />
            <Route path="/board/:item/:version" element={<BoardStepsPage />} />
            <Route path="/filing" element={<FilingRoom />} />
            <Route path="/governance" element={<GovernanceRoom />} />
            <Route path="/governance/processes" element={<ModellerPage />} />
            <Route path="/governance/decisions" element={<DecisionPage />} />
            <Route path="/certificate" element={<CheckStart />} />
            <Route path="/certificate/:id" element={<CheckPage />} />
            <Route path="/licences/:number" element={<LicenceDeskPage />} />
            <Route path="/licence/:id" element={<LicenceCheckPage />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </ErrorBoundary>
    </Shell>
  );
}
