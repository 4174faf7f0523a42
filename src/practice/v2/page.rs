//! The part of a list that a request selects, and its order.

use super::reply::Refusal;
use crate::practice::go::escape;

pub(super) struct Page {
    limit: i64,
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
            limit,
            offset: offset.try_into().unwrap_or(0),
            is_descending,
        })
    }

    /// The selected part of the items.
    pub(super) fn cut<'a, T: 'a>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'a,
    ) -> Result<impl Iterator<Item = T> + 'a, Refusal> {
        Ok(self.in_order(items).skip(self.offset).take(self.limit()?))
    }

    /// The same for lists without an offset; there, a limit of 0 is none.
    pub(super) fn cut_first<'a, T: 'a>(
        &self,
        items: impl DoubleEndedIterator<Item = T> + 'a,
    ) -> Result<Vec<T>, Refusal> {
        let limit = match self.limit()? {
            0 => usize::MAX,
            limit => limit,
        };
        Ok(self.in_order(items).take(limit).collect())
    }

    /// Go allocates this number of items and panics when it is negative.
    fn limit(&self) -> Result<usize, Refusal> {
        self.limit.try_into().map_err(|_| Refusal::Panic)
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
            let items: Vec<i32> = Page::of(query).unwrap().cut(0..600).unwrap().collect();
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
        let page = Page::of("limit=-1").unwrap();
        assert_eq!(page.cut(0..1).err(), Some(Refusal::Panic));
        let page = Page::of("limit=0").unwrap();
        assert_eq!(page.cut_first(0..3).unwrap(), [0, 1, 2]);
    }
}
