//! The part of a list that a request selects, and its order.

use super::reply::Refusal;
use crate::practice::go::escape;

pub(super) struct Page {
    limit: usize,
    offset: usize,
    pub(super) is_descending: bool,
}

impl Page {
    /// Checks the parameters in the order of the server.
    pub(super) fn of(query: &str) -> Result<Self, Refusal> {
        let number = |name: &str, default: i64| match escape::parameter(query, name) {
            Some(text) => {
                let number = text.parse::<i64>();
                number.map_err(|_| Refusal::error(400, format!("invalid {name}")))
            }
            None => Ok(default),
        };
        let limit = number("limit", 100)?.min(500);
        let offset = number("offset", 0)?;
        let is_descending = match escape::parameter(query, "order").as_deref() {
            None | Some("ASC") => false,
            Some("DESC") => true,
            Some(_) => return Err(Refusal::error(400, "invalid order")),
        };
        Ok(Self {
            // Go allocates this number of items and panics when it is negative.
            limit: limit.try_into().map_err(|_| Refusal::Panic)?,
            offset: offset.try_into().unwrap_or(0),
            is_descending,
        })
    }

    /// The selected part of the items.
    pub(super) fn cut<'a, T: 'a>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        self.in_order(items).skip(self.offset).take(self.limit)
    }

    /// The same for lists without an offset.
    pub(super) fn cut_first<'a, T: 'a>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        self.in_order(items).take(self.limit)
    }

    fn in_order<'a, T: 'a>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'a,
    ) -> Box<dyn Iterator<Item = T> + 'a> {
        if self.is_descending {
            Box::new(items.rev())
        } else {
            Box::new(items)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        for (query, first, length) in [
            ("", Some(0), 100),
            ("limit=501", Some(0), 500),
            ("limit=0", None, 0),
            ("limit=3&limit=4&offset=599", Some(599), 1),
            ("limit=3&offset=1&order=DESC", Some(598), 3),
            ("offset=-1", Some(0), 100),
        ] {
            let items: Vec<i32> = Page::of(query).unwrap().cut(0..600).collect();
            assert_eq!(
                (items.first().copied(), items.len()),
                (first, length),
                "{query}"
            );
        }
    }

    #[test]
    fn refusals() {
        for (query, error) in [
            ("limit=", "invalid limit"),
            ("limit=-1&offset=x", "invalid offset"),
            ("order=asc", "invalid order"),
        ] {
            let refusal = Page::of(query).err();
            assert_eq!(refusal, Some(Refusal::error(400, error)), "{query}");
        }
        assert_eq!(Page::of("limit=-1").err(), Some(Refusal::Panic));
    }
}
