//! `yinxin filing records`: a manifest of logs and exports, by which whoever gets them finds that none was changed, and whether they reach back
//! far enough.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;

use crate::cli::clock;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::cli::moments;

/// How long records are kept at least, in days: six months (区块链信息服务管理规定 §17, 网络安全法 §21), counted with the longest of them.
const KEPT_DAYS: i64 = 184;
const DAY_S: i64 = 86_400;
/// Between two files in a row no more than this may be missing.
const GAP_S: i64 = DAY_S;
/// The longest line that is read; what lies beyond goes into the digest alone.
const LONGEST_LINE: usize = 64 << 20;

/// Arguments of `filing records`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 日志文件或 yinxin export 的输出 · files of logs, or what `yinxin export` wrote
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 清单写入何处 · where the manifest is written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 节点自该日起运行(不满六个月时) · the day since which the node runs, where that is less than six months
    #[arg(long, value_name = "YYYY-MM-DD")]
    running_since: Option<String>,
}

/// What one file is, and which moments it covers, in seconds since 1970.
struct Covered {
    name: String,
    bytes: u64,
    digest: String,
    span: Option<(i64, i64)>,
}

pub(super) fn run(console: &Console, arguments: &Arguments) -> Result<Exit, Failure> {
    let since = match &arguments.running_since {
        None => None,
        Some(text) => Some(
            moments::day(text)
                .and_then(|day| day.checked_mul(DAY_S))
                .ok_or_else(|| {
                    Failure::new(
                        Exit::Unreadable,
                        "DAY",
                        words!("日期应为 YYYY-MM-DD。", "A day is written YYYY-MM-DD."),
                    )
                })?,
        ),
    };
    let mut files = Vec::with_capacity(arguments.files.len());
    for path in &arguments.files {
        files.push(read(path).map_err(|error| Failure::unreadable(path, &error))?);
    }
    files.sort_by_key(|file| file.span);
    let now = i64::try_from(clock::now().0 / 1000).unwrap_or(i64::MAX);
    let wanted = now
        .saturating_sub(KEPT_DAYS.saturating_mul(DAY_S))
        .max(since.unwrap_or(i64::MIN));
    let gaps = gaps(&files, wanted, now);
    let document = json!({
        "complete": gaps.is_empty(),
        "files": files.iter().map(|file| json!({
            "bytes": file.bytes, "digest": file.digest, "name": file.name,
            "from": file.span.map(|(from, _)| from), "to": file.span.map(|(_, to)| to),
        })).collect::<Vec<_>>(),
        "format": "yinxin-records/1",
        "gaps": gaps.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect::<Vec<_>>(),
        "made": now,
        "wanted_from": wanted,
    });
    let out = &arguments.out;
    std::fs::write(out, format!("{document:#}\n")).map_err(|error| Failure::unwritable(out, &error))?;
    console.document(&document);
    let (count, shown) = (files.len(), out.display());
    console.say(&words!(
        "清单已写入 {shown}:{count} 个文件",
        "manifest of {count} files written to {shown}"
    ));
    if gaps.is_empty() {
        console.say(&words!(
            "✓ 记录覆盖应保存的期间",
            "✓ the records cover the time for which they are kept"
        ));
        return Ok(Exit::Done);
    }
    if console.json {
        return Ok(Exit::Refused);
    }
    let count = gaps.len();
    Err(Failure::new(
        Exit::Refused,
        "RECORDS_SHORT",
        words!(
            "记录应保存不少于六个月,但有 {count} 处缺失,见清单的 gaps。请补齐文件,或以 --running-since 写明节点何时开始运行。",
            "Records are kept for six months at least, and {count} parts are missing: see `gaps` in the manifest. Add the files, or say with --running-since when the node began to run."
        ),
    ))
}

/// The times between `wanted` and `now` that no file covers, as far as they are longer than [`GAP_S`]. The files are in the order of their times.
fn gaps(files: &[Covered], wanted: i64, now: i64) -> Vec<(i64, i64)> {
    let mut gaps = Vec::new();
    let mut covered = wanted;
    for (from, to) in files.iter().filter_map(|file| file.span) {
        if from.saturating_sub(covered) > GAP_S {
            gaps.push((covered, from.min(now)));
        }
        covered = covered.max(to);
    }
    if now.saturating_sub(covered) > GAP_S {
        gaps.push((covered, now));
    }
    gaps
}

fn read(path: &Path) -> std::io::Result<Covered> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut hasher = HashAlgorithm::Sha256.hasher();
    let (mut bytes, mut span, mut line) = (0_u64, None, Vec::new());
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            break;
        }
        let end = piece
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|at| at.saturating_add(1));
        let taken = end.unwrap_or(piece.len());
        let part = piece.get(..taken).unwrap_or_default();
        hasher.update(part);
        bytes = bytes.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
        if line.len() < LONGEST_LINE {
            line.extend_from_slice(part);
        }
        reader.consume(taken);
        if end.is_some() {
            span = longer(span, &line);
            line.clear();
        }
    }
    span = longer(span, &line);
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(Covered {
        name,
        bytes,
        digest: hasher.finish().to_string(),
        span,
    })
}

/// The span with the moment of one more line: that with which it begins, or the block time of a line of an export.
fn longer(span: Option<(i64, i64)>, line: &[u8]) -> Option<(i64, i64)> {
    let text = String::from_utf8_lossy(line);
    let moment = if text.starts_with('{') {
        let block: Option<Value> = serde_json::from_str(&text).ok();
        let time = block
            .as_ref()
            .and_then(|block| block.pointer("/header/time")?.as_i64());
        time.and_then(|time| time.checked_div(1000))
    } else {
        moments::begun(&text)
    };
    match (span, moment) {
        (Some((from, to)), Some(moment)) => Some((from.min(moment), to.max(moment))),
        (None, Some(moment)) => Some((moment, moment)),
        (span, None) => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(span: Option<(i64, i64)>) -> Covered {
        Covered {
            name: String::new(),
            bytes: 0,
            digest: String::new(),
            span,
        }
    }

    #[test]
    fn files_that_follow_each_other_cover_the_time_and_what_is_missing_is_named() {
        let day = |days: i64| days.saturating_mul(DAY_S);
        let whole = [
            file(None),
            file(Some((day(-3), day(4)))),
            file(Some((day(5), day(10)))),
        ];
        assert!(gaps(&whole, day(0), day(11)).is_empty());
        assert_eq!(gaps(&whole, day(-10), day(11)), [(day(-10), day(-3))]);
        assert_eq!(gaps(&whole, day(0), day(20)), [(day(10), day(20))]);
        let torn = [file(Some((day(0), day(4)))), file(Some((day(7), day(10))))];
        assert_eq!(gaps(&torn, day(0), day(10)), [(day(4), day(7))]);
        assert_eq!(gaps(&[], day(0), day(10)), [(day(0), day(10))]);
    }

    #[test]
    fn the_span_of_a_file_is_that_of_its_lines_and_of_its_blocks() {
        let lines = "2026-02-10T01:00:00Z a\n  continued\n{\"header\":{\"time\":1770685260000}}\n{\"format\":\"x\"}\n";
        let span = lines
            .lines()
            .fold(None, |span, line| longer(span, line.as_bytes()));
        assert_eq!(span, Some((1_770_685_200, 1_770_685_260)));
    }
}
