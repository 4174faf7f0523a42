//! A list of live connections as a table, with the rate of each transfer.

use super::Line;
use super::age::age;
use crate::catalog::connection_list::field;
use crate::catalog::{rate_of, size_of};
use crate::text::clean;
use crate::text::width::{fitted, fitted_end, width};
use crate::text::words::plural;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// What is remembered of transfers from one round to the next.
#[derive(Debug, Default)]
pub(crate) struct Rates(HashMap<String, Seen>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    size: u64,
    /// When, in milliseconds since 1970.
    at: u64,
    rate: Option<u64>,
}

/// The table of a round.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    connections: usize,
}

/// A transfer, or a connection without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The id of its connection.
    pub(crate) connection: String,
    /// The name of its user, unchanged.
    pub(crate) user: String,
    key: String,
    up: Option<bool>,
    from: String,
    protocol: String,
    since: String,
    file: String,
    size: String,
    rate: Option<u64>,
}

/// Two spaces between columns.
const GAP: &str = "  ";
/// The widest name that is shown whole.
const WIDEST_USER: usize = 24;
/// A file gets at least this many columns; other columns are left out if necessary.
const NARROWEST_FILE: usize = 16;

const NAMES: [&str; 7] = ["USER", "FROM", "PROTO", "SINCE", "FILE", "SIZE", "RATE"];
const SINCE: usize = 3;
const FILE: usize = 4;
/// The columns that are left out on a narrow screen, the first one first.
const LEFT_OUT: [usize; 3] = [1, 2, SINCE];

impl Rates {
    /// The table of a list; `now` is our time, for a server that does not say its own.
    pub(crate) fn table(&mut self, list: &[Json], now: u64) -> Table {
        let mut seen = HashMap::new();
        let mut rows = Vec::new();
        for connection in list {
            let at = number(connection, field::NOW).unwrap_or(now);
            let row = of_connection(connection, at);
            let transfers = connection.get(field::TRANSFERS).and_then(Json::as_array);
            let transfers = transfers.map_or(&[][..], Vec::as_slice);
            for transfer in transfers {
                let mut row = of_transfer(transfer, &row);
                let size = number(transfer, field::SIZE).unwrap_or_default();
                let known = self.0.get(&row.key);
                row.rate = known.and_then(|before| before.rate_at(size, at));
                let rate = row.rate;
                seen.insert(row.key.clone(), Seen { size, at, rate });
                rows.push(row);
            }
            if transfers.is_empty() {
                rows.push(row);
            }
        }
        self.0 = seen;
        Table {
            rows,
            connections: list.len(),
        }
    }
}

impl Seen {
    /// Bytes per second since then; as before if no time has passed.
    fn rate_at(self, size: u64, at: u64) -> Option<u64> {
        let passed = at.saturating_sub(self.at);
        if passed == 0 {
            return self.rate;
        }
        let moved = u128::from(size.checked_sub(self.size)?);
        u64::try_from(moved * 1000 / u128::from(passed)).ok()
    }
}

impl Table {
    /// The names of the columns, and the rows, on a screen of this width.
    pub(crate) fn lines(&self, columns: usize) -> (String, Vec<Line>) {
        let cells: Vec<[String; 7]> = self.rows.iter().map(Row::cells).collect();
        let widths = widths(&cells, columns);
        let head = line(" ", &NAMES.map(str::to_owned), &widths);
        let lines = self.rows.iter().zip(&cells);
        let lines = lines.map(|(row, cells)| Line {
            text: line(row.arrow(), cells, &widths),
            key: Some(row.key.clone()),
            unmarked: row.unmarked(cells, &widths),
        });
        (head, lines.collect())
    }

    /// `3 connections, 1 upload 50 KB/s, 1 download 8.1 MB/s`.
    pub(crate) fn totals(&self) -> String {
        let mut text = plural(self.connections, "connection");
        for (up, name) in [(true, "upload"), (false, "download")] {
            let rows = self.rows.iter().filter(|row| row.up == Some(up));
            let count = rows.clone().count();
            if count > 0 {
                let total: u64 = rows.filter_map(|row| row.rate).sum();
                text.push_str(&format!(", {} {}", plural(count, name), rate_of(total)));
            }
        }
        text
    }
}

impl Row {
    const fn arrow(&self) -> &'static str {
        match self.up {
            Some(true) => "▲",
            Some(false) => "▼",
            None => " ",
        }
    }

    /// The places of the times, which always change.
    fn unmarked(&self, cells: &[String; 7], widths: &[usize; 7]) -> Vec<Range<usize>> {
        let times = [Some(SINCE), self.up.is_none().then_some(FILE)];
        let until = |at: usize| line(self.arrow(), cells, &cut(widths, at)).chars().count();
        let times = times.into_iter().flatten().filter(|at| widths[*at] > 0);
        times.map(|at| until(at)..until(at + 1)).collect()
    }

    fn cells(&self) -> [String; 7] {
        let moved = match (self.up, self.rate) {
            (None, _) => String::new(),
            (_, None) => "-".to_owned(),
            (_, Some(bytes)) => rate_of(bytes),
        };
        let user = clean::line(&self.user);
        [
            fitted(&user, WIDEST_USER).into_owned(),
            self.from.clone(),
            self.protocol.clone(),
            self.since.clone(),
            self.file.clone(),
            self.size.clone(),
            moved,
        ]
    }
}

fn of_connection(connection: &Json, now: u64) -> Row {
    let text = |key| connection.get(key).and_then(Json::as_str);
    let shown = |key| clean::line(text(key).unwrap_or_default()).into_owned();
    let before = |key| {
        let then = number(connection, key).filter(|then| *then > 0)?;
        Some(age(Duration::from_millis(now.saturating_sub(then))))
    };
    let id = text(field::ID).unwrap_or_default().to_owned();
    Row {
        key: id.clone(),
        connection: id,
        user: text(field::USER).unwrap_or_default().to_owned(),
        from: shown(field::FROM),
        protocol: shown(field::PROTOCOL),
        since: before(field::SINCE).unwrap_or_default(),
        file: before(field::ACTIVE).map_or_else(String::new, |age| format!("idle {age}")),
        ..Row::default()
    }
}

fn of_transfer(transfer: &Json, connection: &Row) -> Row {
    let text = |key| transfer.get(key).and_then(Json::as_str).unwrap_or_default();
    let began = number(transfer, field::BEGAN).unwrap_or_default();
    Row {
        key: format!("{}\n{began}\n{}", connection.connection, text(field::PATH)),
        up: Some(text(field::DIRECTION) == field::UPLOAD),
        file: clean::line(text(field::PATH)).into_owned(),
        size: number(transfer, field::SIZE).map_or_else(String::new, size_of),
        ..connection.clone()
    }
}

fn number(object: &Json, key: &str) -> Option<u64> {
    object.get(key)?.as_u64()
}

/// The width of each column; 0 if it is left out.
fn widths(cells: &[[String; 7]], columns: usize) -> [usize; 7] {
    let mut widths = NAMES.map(width);
    for row in cells {
        for (own, cell) in widths.iter_mut().zip(row) {
            *own = width(cell).max(*own);
        }
    }
    let wanted = widths[FILE];
    let taken = |widths: &[usize; 7]| {
        let others = widths
            .iter()
            .enumerate()
            .filter(|(at, own)| *at != FILE && **own > 0);
        2 + GAP.len() + others.map(|(_, own)| own + GAP.len()).sum::<usize>() - GAP.len()
    };
    let mut left_out = LEFT_OUT.iter();
    while columns.saturating_sub(taken(&widths)) < wanted.min(NARROWEST_FILE) {
        let Some(at) = left_out.next() else { break };
        widths[*at] = 0;
    }
    widths[FILE] = columns.saturating_sub(taken(&widths)).min(wanted);
    widths
}

/// The widths of the columns before this one.
fn cut(widths: &[usize; 7], before: usize) -> [usize; 7] {
    let mut cut = *widths;
    cut[before..].fill(0);
    cut
}

fn line(arrow: &str, cells: &[String; 7], widths: &[usize; 7]) -> String {
    let mut text = format!("{arrow} ");
    let shown = cells.iter().zip(widths).enumerate();
    for (at, (cell, own)) in shown.filter(|(_, (_, own))| **own > 0) {
        let cell = if at == FILE {
            fitted_end(cell, *own)
        } else {
            fitted(cell, *own)
        };
        let blanks = " ".repeat(own - width(&cell));
        let is_number = at == SINCE || at > FILE;
        text.push_str(&if is_number {
            format!("{blanks}{cell}{GAP}")
        } else {
            format!("{cell}{blanks}{GAP}")
        });
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(at: u64, size: u64) -> Vec<Json> {
        vec![
            json!({
                "username": "bea.dubois", "connection_id": "SFTP_1", "remote_address": "127.0.0.1:38326",
                "connection_time": at - 192_000, "last_activity": at, "current_time": at, "protocol": "SFTP",
                "active_transfers": [{
                    "operation_type": "upload", "path": "/big\u{1b}.bin", "start_time": 5, "size": size
                }]
            }),
            json!({
                "username": "用户", "connection_id": "FTP_2", "remote_address": "198.51.100.7",
                "connection_time": at - 12_000, "last_activity": at - 3_480_000, "current_time": at, "protocol": "FTP"
            }),
        ]
    }

    #[test]
    fn rates_are_those_between_two_rounds() {
        let mut rates = Rates::default();
        let rate = |rates: &mut Rates, at, size| rates.table(&list(at, size), 0).rows[0].rate;
        assert_eq!(rate(&mut rates, 9_000_000, 1_000), None);
        assert_eq!(rate(&mut rates, 9_002_000, 201_000), Some(100_000));
        // The same moment tells nothing new, and a file that shrank nothing at all.
        assert_eq!(rate(&mut rates, 9_002_000, 201_000), Some(100_000));
        assert_eq!(rate(&mut rates, 9_003_000, 5), None);
    }

    #[test]
    fn a_table_fits_and_is_clean() {
        let mut rates = Rates::default();
        rates.table(&list(9_000_000, 9_966_330), 0);
        let table = rates.table(&list(9_002_000, 10_066_330), 0);
        let (head, lines) = table.lines(80);
        let shown: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            (head.as_str(), shown.as_slice()),
            (
                "  USER        FROM             PROTO  SINCE  FILE               SIZE       RATE",
                &[
                    "▲ bea.dubois  127.0.0.1:38326  SFTP   3m12s  /big\\u001b.bin  9.6 MiB  48.8 KB/s",
                    "  用户        198.51.100.7     FTP      12s  idle 58m00s",
                ][..]
            )
        );
        assert_eq!(table.totals(), "2 connections, 1 upload 48.8 KB/s");
        for columns in 1..120 {
            let (head, lines) = table.lines(columns);
            for text in lines.iter().map(|line| &line.text).chain([&head]) {
                assert!(columns < 40 || width(text) <= columns, "{columns}: {text}");
            }
        }
    }
}
