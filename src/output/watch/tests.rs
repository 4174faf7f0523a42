use super::*;

fn lines(texts: &[&str]) -> Vec<Line> {
    texts.iter().map(|text| Line::plain(text)).collect()
}

/// The rows with marks that can be read: `<bold>`, `[reverse]`.
fn rows(frame: &Frame<'_>, columns: usize, rows: usize) -> Vec<String> {
    frame.rows(Size { columns, rows })
}

fn frame<'a>(now: &'a [Line], before: Option<&'a [Line]>) -> Frame<'a> {
    Frame {
        title: ("get_users", "06:08:20"),
        notice: None,
        head: None,
        lines: now,
        before,
        selected: None,
        offset: 0,
        footer: "q quit",
    }
}

#[test]
fn changed_words_are_bold() {
    let before = lines(&["a  1  x", "b  2  y", "{\"id\":1,\"n\":5}"]);
    let now = lines(&["new 0", "b  3  y", "a  1  x", "{\"id\":1,\"n\":6}"]);
    let shown = rows(&frame(&now, Some(&before)), 40, 10);
    assert_eq!(
        &shown[2..6],
        [
            "\x1b[1mnew 0\x1b[0m",
            "b  \x1b[1m3\x1b[0m  y",
            "a  1  x",
            "\x1b[1m{\"id\":1,\"n\":6}\x1b[0m",
        ]
    );
    // With a key the same line is found again.
    let keyed = |text: &str| {
        vec![Line {
            text: text.to_owned(),
            key: Some("1".to_owned()),
            ..Line::default()
        }]
    };
    let (before, now) = (
        keyed("{\"id\":1,\"n\":5}"),
        keyed("{\"id\":1,\"n\":6,\"o\":7}"),
    );
    let shown = rows(&frame(&now, Some(&before)), 40, 10);
    assert_eq!(shown[2], "{\"id\":1,\x1b[1m\"n\":6,\"o\":7\x1b[0m}");
    // Nothing is new in the first round.
    assert_eq!(
        rows(&frame(&now, None), 40, 10)[2],
        "{\"id\":1,\"n\":6,\"o\":7}"
    );
}

#[test]
fn colours_are_kept_and_other_sequences_are_not() {
    let now = lines(&["\x1b[31mred\x1b[0m \x1b[2Jx"]);
    let mut frame = frame(&now, None);
    assert_eq!(rows(&frame, 10, 5)[2], "\x1b[31mred\x1b[0m x");
    frame.selected = Some(0);
    assert_eq!(
        rows(&frame, 10, 5)[2],
        "\x1b[31m\x1b[7mred\x1b[0m\x1b[7m x     \x1b[0m"
    );
}

#[test]
fn every_screen_is_full_and_no_row_is_wider() {
    let texts: Vec<String> = (0..40)
        .map(|n| format!("{n} 用户 {}", "x".repeat(n * 3)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let now = lines(&texts);
    for (columns, height) in [(80, 24), (160, 45), (7, 5), (1, 1), (20, 3), (40, 44)] {
        for offset in [0, 7, 400] {
            let mut frame = frame(&now, None);
            (frame.offset, frame.selected) = (offset, Some(3));
            let shown = rows(&frame, columns, height);
            assert_eq!(shown.len(), height, "{columns}x{height}");
            for row in &shown {
                let plain = Styled::read(row).plain();
                assert!(width(&plain) <= columns, "{columns}: {plain}");
            }
        }
    }
    let shown = rows(&frame(&now, None), 80, 24);
    assert_eq!(
        shown[22],
        "… 20 rows below not shown: the arrow keys scroll"
    );
    assert_eq!(shown[23], "q quit");
    let mut end = frame(&now, None);
    end.offset = 400;
    assert_eq!(
        rows(&end, 80, 24)[22],
        "… 20 rows above not shown: the arrow keys scroll"
    );
}

#[test]
fn the_time_is_whole_on_a_narrow_screen() {
    assert_eq!(
        title(("watch get_users", "06:08:20"), 18),
        "watch g…  06:08:20"
    );
    assert_eq!(title(("a", "06:08:20"), 5), "06:0…");
}
