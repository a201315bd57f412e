interface Given {
  /** The page that is shown, from 0. */
  readonly page: number;
  /** How many there are on all pages, and on one. */
  readonly length: number;
  readonly size: number;
  readonly onPage: (page: number) => void;
  /** What the buttons say that lead to the page before and to the page after. */
  readonly before: string;
  readonly after: string;
}

/** The way between the pages of a list; nothing where one page holds it. */
export function Pager({ page, length, size, onPage, before, after }: Given) {
  if (length <= size) return null;
  return (
    <p className="actions">
      <button type="button" className="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {before}
      </button>
      <button
        type="button"
        className="button"
        disabled={(page + 1) * size >= length}
        onClick={() => onPage(page + 1)}
      >
        {after}
      </button>
    </p>
  );
}
