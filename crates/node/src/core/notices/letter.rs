//! What a notice says: number of the case, name of the item, one sentence about what happened, of a request to correct each point, and where the
//! case is found; in both languages. Nothing of it is personal: all of it lies on the ledger, whose door refuses what is.

use serde::Deserialize;
use yinxin_approval::codes::{EN, ZH};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::codes::Texts;

/// The most characters of what an officer said of one point; the rest stands in the portal.
const MAX_REASON: usize = 300;
/// The most points; the others stand in the portal.
const MAX_POINTS: usize = 20;

/// A text in both languages.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Both {
    pub en: String,
    pub zh: String,
}

/// What is to be corrected.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Point {
    pub en: String,
    pub label: Both,
    pub zh: String,
}

/// A notice, as the question `approval.outbox` answers it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Told {
    pub days: Option<u32>,
    pub notice: u64,
    pub points: Vec<Point>,
    pub what: String,
}

/// A notice as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub subject: String,
    pub text: String,
}

/// One line, and not too much of it.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = words.join(" ");
    match plain.char_indices().nth(MAX_REASON) {
        Some((end, _)) => format!("{}…", plain.get(..end).unwrap_or_default()),
        None => plain,
    }
}

fn said<'a>(texts: &'a Texts, name: &'a str) -> &'a str {
    texts.get(name).unwrap_or(name)
}

impl Letter {
    /// What is written about a notice of a case; `portal` is where people reach it.
    pub fn about((case, item): (&str, &Both), told: &Told, portal: &str) -> Self {
        let what = format!("notice.{}", told.what);
        let subject = format!("[{case}] {} / {}", said(&ZH, &what), said(&EN, &what));
        let zh = Self::part(
            &ZH,
            (case, &item.zh),
            told,
            portal,
            |both| &both.zh,
            |point| &point.zh,
        );
        let en = Self::part(
            &EN,
            (case, &item.en),
            told,
            portal,
            |both| &both.en,
            |point| &point.en,
        );
        Self {
            subject,
            text: format!("{zh}\r\n{en}"),
        }
    }

    fn part(
        texts: &Texts,
        (case, item): (&str, &str),
        told: &Told,
        portal: &str,
        label: impl Fn(&Both) -> &str,
        reason: impl Fn(&Point) -> &str,
    ) -> String {
        let mut lines = vec![
            said(texts, "notice.case").replace("{case}", case),
            said(texts, "notice.item").replace("{item}", &line(item)),
            said(texts, &format!("notice.{}", told.what)).to_owned(),
        ];
        for point in told.points.iter().take(MAX_POINTS) {
            lines.push(format!(
                "- {}: {}",
                line(label(&point.label)),
                line(reason(point))
            ));
        }
        if let Some(days) = told.days {
            lines.push(said(texts, "notice.days").replace("{days}", &days.to_string()));
        }
        let link = format!("{portal}/cases/{case}");
        lines.push(said(texts, "notice.link").replace("{link}", &link));
        lines.push(String::new());
        lines.join("\r\n")
    }

    /// The digest of what it says.
    pub fn digest(&self, algorithm: HashAlgorithm) -> Digest {
        let parts = [self.subject.as_bytes(), self.text.as_bytes()];
        algorithm.hash_tagged("yinxin/notice/1", &parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(zh: &str, en: &str) -> Both {
        Both {
            en: en.to_owned(),
            zh: zh.to_owned(),
        }
    }

    fn correction(reason: &str) -> Told {
        Told {
            days: Some(10),
            notice: 2,
            points: vec![Point {
                en: "Unreadable".to_owned(),
                label: both("规划图", "Site plan"),
                zh: reason.to_owned(),
            }],
            what: "correction_asked".to_owned(),
        }
    }

    #[test]
    fn a_letter_has_number_item_one_sentence_each_point_and_the_link_in_both_languages() {
        let letter = Letter::about(
            ("CASE-1", &both("许可", "Permit")),
            &correction("无法辨认"),
            "https://gov.example",
        );
        for part in [
            "CASE-1",
            "许可",
            "Permit",
            "规划图: 无法辨认",
            "Site plan: Unreadable",
            "10",
            "https://gov.example/cases/CASE-1",
        ] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert!(letter.subject.contains("CASE-1"));
        assert!(!letter.subject.contains("notice."), "{}", letter.subject);
        assert!(!letter.text.contains("notice."), "{}", letter.text);
    }

    #[test]
    fn every_occasion_of_a_notice_has_a_sentence_in_both_languages() {
        for what in [
            "accepted",
            "annulled",
            "correction_asked",
            "decided",
            "deemed_accepted",
            "extended",
            "not_competent",
            "not_needed",
            "renewed_by_lapse",
            "suspended",
            "superseded",
        ] {
            let name = format!("notice.{what}");
            assert!(ZH.get(&name).is_some() && EN.get(&name).is_some(), "{what}");
        }
    }

    #[test]
    fn long_and_broken_lines_become_one_short_line() {
        let letter = Letter::about(
            ("C", &both("许可", "Permit")),
            &correction(&format!("一\r\nBcc: x@y.z\n{}", "长".repeat(2000))),
            "https://gov.example",
        );
        let found = letter.text.lines().find(|line| line.contains("规划图")).unwrap();
        assert!(found.contains("一 Bcc: x@y.z 长") && found.ends_with('…'));
        assert!(letter.text.len() < 4096);
    }
}
