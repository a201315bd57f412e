import { Route, Routes } from "react-router";
import { NotFound } from "../components/not-found";
import { DepositRoom } from "../rooms/deposit/deposit-room";
import { BlockPage } from "../rooms/network/block-page";
import { NetworkRoom } from "../rooms/network/network-room";
import { ReceiptsRoom } from "../rooms/receipts/receipts-room";
import { EntryPage } from "../rooms/search/entry-page";
import { SearchRoom } from "../rooms/search/search-room";
import { VerifyRoom } from "../rooms/verify/verify-room";
import { ErrorBoundary } from "./error-boundary";
import { Shell } from "./shell";

/** All rooms in one bundle: Verify must work after the network is cut, so nothing is loaded later. */
export function App() {
  return (
    <Shell>
      <ErrorBoundary>
        <Routes>
          <Route path="/" element={<NetworkRoom />} />
          <Route path="/blocks/:height" element={<BlockPage />} />
          <Route path="/deposit" element={<DepositRoom />} />
          <Route path="/receipts" element={<ReceiptsRoom />} />
          <Route path="/verify" element={<VerifyRoom />} />
          <Route path="/search" element={<SearchRoom />} />
          <Route path="/evidence/:entry" element={<EntryPage />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </ErrorBoundary>
    </Shell>
  );
}
