//! Reading tables of Markdown documents that are also rules.

/// The cells of the body of the first table whose header begins with the given cells.
pub fn rows<'a>(document: &'a str, header: &[&str]) -> Option<Vec<Vec<&'a str>>> {
    let mut lines = document
        .lines()
        .skip_while(|line| !cells(line).starts_with(header));
    lines.next()?;
    lines.next()?; // the rule under the header
    Some(
        lines
            .take_while(|line| line.starts_with('|'))
            .map(cells)
            .collect(),
    )
}

fn cells(line: &str) -> Vec<&str> {
    match line
        .trim()
        .strip_prefix('|')
        .and_then(|rest| rest.strip_suffix('|'))
    {
        Some(inner) => inner.split('|').map(str::trim).collect(),
        None => Vec::new(),
    }
}

/// The words between back quotes.
pub fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
# Title

| other | table |
|---|---|
| x | y |

| crate | does | may import |
|---|---|---|
| `a` | one thing | – |
| `b` | another | `a` `c-*` |

| crate | again |";

    #[test]
    fn the_table_is_found_by_its_header_and_ends_with_it() {
        assert_eq!(
            rows(DOCUMENT, &["crate", "does"]),
            Some(vec![
                vec!["`a`", "one thing", "–"],
                vec!["`b`", "another", "`a` `c-*`"]
            ])
        );
        assert_eq!(rows(DOCUMENT, &["crate", "undoes"]), None);
        assert_eq!(rows("", &["crate"]), None);
    }

    #[test]
    fn quoted_words_are_taken_and_the_rest_is_not() {
        assert_eq!(
            quoted("`a` and `c-*`, but no b").collect::<Vec<_>>(),
            ["a", "c-*"]
        );
        assert_eq!(quoted("–").count(), 0);
    }
}
