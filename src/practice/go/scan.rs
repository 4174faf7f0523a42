//! The syntax of JSON as Go's scanner reads it, with Go's error texts.
//!
//! The texts for `{not json` and for no body at all are recorded in the contract; the others are
//! those of Go's `encoding/json` for the inputs that the tests of `decode` list.

/// Go rejects deeper nesting.
const MAX_DEPTH: usize = 10_000;

/// The type of a JSON value, with its name in Go's error texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl ValueKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Number => "number",
            Self::Text => "string",
            Self::List => "array",
            Self::Object => "object",
        }
    }
}

/// A position in a JSON text. Each method reads on from there or gives the reason why it cannot.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
        }
    }

    /// Whether only white space is left.
    pub(super) fn is_blank(&mut self) -> bool {
        self.skip_space();
        self.peek().is_none()
    }

    /// The type of the value that begins here; it skips only the space before it.
    pub(super) fn kind(&mut self) -> Result<ValueKind, String> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => Ok(ValueKind::Object),
            Some(b'[') => Ok(ValueKind::List),
            Some(b'"') => Ok(ValueKind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(ValueKind::Number),
            Some(b't' | b'f') => Ok(ValueKind::Bool),
            Some(b'n') => Ok(ValueKind::Null),
            _ => Err(self.wrong("looking for beginning of value")),
        }
    }

    /// Enters the object or list that begins here; skips it and gives false if it is empty.
    pub(super) fn enter(&mut self, container: ValueKind) -> Result<bool, String> {
        if self.depth == MAX_DEPTH {
            return Err(self.wrong("exceeded max depth"));
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(closing(container)) {
            self.at += 1;
            return Ok(false);
        }
        self.depth += 1;
        Ok(true)
    }

    /// After a value in an object or list: whether another follows; if not, it has left it.
    pub(super) fn more(&mut self, container: ValueKind) -> Result<bool, String> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == closing(container) => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            _ if container == ValueKind::Object => Err(self.wrong("after object key:value pair")),
            _ => Err(self.wrong("after array element")),
        }
    }

    /// A key and the colon after it.
    pub(super) fn key(&mut self) -> Result<String, String> {
        self.skip_space();
        if self.peek() != Some(b'"') {
            return Err(self.wrong("looking for beginning of object key string"));
        }
        let key = self.text()?;
        self.skip_space();
        self.expect(|byte| byte == b':', "after object key")?;
        Ok(key)
    }

    /// The string that begins here, decoded.
    pub(super) fn text(&mut self) -> Result<String, String> {
        Ok(unquote(self.quoted()?))
    }

    /// The number that begins here, as written.
    pub(super) fn number(&mut self) -> Result<&'a str, String> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        // No digit follows a leading 0: for Go the number ends there.
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default())
    }

    /// The `true` or `false` that begins here.
    pub(super) fn flag(&mut self) -> Result<bool, String> {
        let is_true = self.peek() == Some(b't');
        self.skip_scalar(ValueKind::Bool)?;
        Ok(is_true)
    }

    /// Skips the value that begins here; without recursion, so that deep nesting cannot overflow the stack.
    pub(super) fn skip(&mut self) -> Result<(), String> {
        let mut open = Vec::new();
        loop {
            let kind = self.kind()?;
            if matches!(kind, ValueKind::Object | ValueKind::List) {
                if self.enter(kind)? {
                    open.push(kind);
                    self.skip_key(kind)?;
                    continue;
                }
            } else {
                self.skip_scalar(kind)?;
            }
            // A value has ended, and possibly the containers whose last value it was.
            loop {
                let Some(&container) = open.last() else {
                    return Ok(());
                };
                if self.more(container)? {
                    self.skip_key(container)?;
                    break;
                }
                open.pop();
            }
        }
    }

    fn skip_key(&mut self, container: ValueKind) -> Result<(), String> {
        match container {
            ValueKind::Object => self.key().map(drop),
            _ => Ok(()),
        }
    }

    fn skip_scalar(&mut self, kind: ValueKind) -> Result<(), String> {
        match (kind, self.peek()) {
            (ValueKind::Text, _) => self.quoted().map(drop),
            (ValueKind::Number, _) => self.number().map(drop),
            (_, Some(b't')) => self.literal("true"),
            (_, Some(b'f')) => self.literal("false"),
            _ => self.literal("null"),
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                let expected = char::from(expected);
                return Err(self.wrong(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Result<(), String> {
        self.expect(|byte| byte.is_ascii_digit(), context)?;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// The text between the quotes, its escapes checked but not decoded.
    fn quoted(&mut self) -> Result<&'a [u8], String> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.bytes[start..self.at - 1]);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                None | Some(..b' ') => return Err(self.wrong("in string literal")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let letter = self.peek();
        self.expect(
            |byte| br#"bfnrt\/"u"#.contains(&byte),
            "in string escape code",
        )?;
        if letter == Some(b'u') {
            for _ in 0..4 {
                self.expect(
                    |byte| byte.is_ascii_hexdigit(),
                    "in \\u hexadecimal character escape",
                )?;
            }
        }
        Ok(())
    }

    fn expect(&mut self, is_right: impl Fn(u8) -> bool, context: &str) -> Result<(), String> {
        if !self.peek().is_some_and(is_right) {
            return Err(self.wrong(context));
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn wrong(&self, context: &str) -> String {
        match self.peek() {
            Some(byte) => format!("invalid character {} {context}", quote(byte)),
            None => "unexpected EOF".to_owned(),
        }
    }
}

/// A key as Go compares it: in lower case, including the two letters outside ASCII that fold to ASCII.
pub(super) fn fold(key: &str) -> String {
    key.chars()
        .map(|letter| match letter {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            _ => letter.to_ascii_lowercase(),
        })
        .collect()
}

fn closing(container: ValueKind) -> u8 {
    match container {
        ValueKind::Object => b'}',
        _ => b']',
    }
}

/// A byte as Go quotes it in an error: each is a character of Latin-1.
fn quote(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        0x07 => r"'\a'".to_owned(),
        0x08 => r"'\b'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        0x0b => r"'\v'".to_owned(),
        0x0c => r"'\f'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        ..b' ' | 0x7f => format!(r"'\x{byte:02x}'"),
        // Not printable for Go: the C1 controls, the no-break space and the soft hyphen.
        0x80..=0xa0 | 0xad => format!(r"'\u{byte:04x}'"),
        _ => format!("'{}'", char::from(byte)),
    }
}

/// Decodes what `quoted` has checked. Invalid UTF-8 and lone surrogates become U+FFFD, as in Go.
fn unquote(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(escape) = rest.iter().position(|&byte| byte == b'\\') {
        push_utf8(&mut text, &rest[..escape]);
        rest = &rest[escape..];
        if let Some(unit) = utf16_unit(rest) {
            let units = [unit].into_iter().chain(utf16_unit(&rest[6..]));
            let decoded = char::decode_utf16(units).next().and_then(Result::ok);
            let length = decoded.map_or(1, char::len_utf16);
            text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = &rest[6 * length..];
        } else {
            text.push(match rest[1] {
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                itself => char::from(itself),
            });
            rest = &rest[2..];
        }
    }
    push_utf8(&mut text, rest);
    text
}

/// The number of the `\uXXXX` that begins here, if one does.
fn utf16_unit(raw: &[u8]) -> Option<u16> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

/// One U+FFFD for each invalid byte, as in Go; the standard library would give one for several.
fn push_utf8(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
}
