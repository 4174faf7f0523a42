//! The topics of `help`: pages about what is not one command, with lines to try.

/// A topic.
#[derive(Debug)]
pub struct Topic {
    /// Its word after `help`.
    pub name: &'static str,
    /// Its page. The first line is its name and its title; the lines below `examples` run
    /// on a practice server.
    pub text: &'static str,
}

macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        /// The topics, in the order of `help`.
        pub static TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            text: include_str!(concat!("topics/", $name, ".txt")),
        }),*];
    };
}

topics![
    "connecting",
    "quoting",
    "variables",
    "files",
    "units",
    "conditions",
    "quota",
    "permissions",
    "groups",
    "storage",
    "events",
    "safety",
    "generations",
    "python",
];

/// The heading above the lines of a page.
const EXAMPLES: &str = "\nexamples\n";

impl Topic {
    /// The topic of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// What it is about, in one line.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }

    /// What it says, without its title and its lines.
    pub fn body(&self) -> &'static str {
        let text = self.text.split(EXAMPLES).next().unwrap_or_default();
        text.split_once('\n').map_or("", |(_, body)| body.trim())
    }

    /// Its lines, which run one after another.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        let below = self
            .text
            .split_once(EXAMPLES)
            .map_or("", |(_, below)| below);
        below.lines().filter_map(|line| line.strip_prefix("  "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_title_and_lines() {
        for topic in TOPICS {
            let first = format!("{}: {}\n\n", topic.name, topic.title());
            assert!(topic.text.starts_with(&first), "{}", topic.text);
            assert!(topic.lines().count() > 2, "{}", topic.name);
            let text = topic.text.split(EXAMPLES).next().unwrap_or_default();
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{line}");
            }
            assert!(text.lines().count() < 15, "{}", topic.name);
        }
    }
}
