// SPDX-License-Identifier: MIT
//! JSON as RFC 8259 has it, as far as test vectors go: numbers are natural ones, and no object has a
//! member twice.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(u64),
    String(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub fn parse(text: &str) -> Result<Json, String> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value()?;

    parser.skip_space();
    if parser.at == text.len() {
        Ok(value)
    } else {
        Err(parser.wrong("something follows the value"))
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn wrong(&self, what: &str) -> String {
        format!("line {}: {what}", self.text[..self.at].matches('\n').count() + 1)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let space = |letter| matches!(letter, ' ' | '\t' | '\n' | '\r');

        self.at = self.text.len() - self.rest().trim_start_matches(space).len();
    }

    /// Whether this comes next, which is then behind us.
    fn takes(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);

        if found {
            self.at += word.len();
        }
        found
    }

    fn value(&mut self) -> Result<Json, String> {
        self.skip_space();
        match self.rest().bytes().next() {
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => self.string().map(Json::String),
            Some(b'0'..=b'9') => self.number(),
            _ if self.takes("null") => Ok(Json::Null),
            _ if self.takes("true") => Ok(Json::Bool(true)),
            _ if self.takes("false") => Ok(Json::Bool(false)),
            _ => Err(self.wrong("no value is here")),
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let digits: String = self.rest().chars().take_while(char::is_ascii_digit).collect();

        if digits.len() > 1 && digits.starts_with('0') {
            return Err(self.wrong("a number begins with a zero"));
        }
        self.at += digits.len();
        if self.rest().starts_with(['.', 'e', 'E']) {
            return Err(self.wrong("a number isn't a natural one"));
        }
        digits.parse().map(Json::Number).map_err(|_| self.wrong("a number is too large"))
    }

    fn string(&mut self) -> Result<String, String> {
        let mut string = String::new();

        if !self.takes("\"") {
            return Err(self.wrong("a string begins with a quote"));
        }
        loop {
            let letter =
                self.rest().chars().next().ok_or_else(|| self.wrong("a string doesn't end"))?;

            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(string),
                '\\' => string.push(self.escape()?),
                '\0'..='\u{1f}' => return Err(self.wrong("a control character is in a string")),
                _ => string.push(letter),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let plain = [
            ("\"", '"'),
            ("\\", '\\'),
            ("/", '/'),
            ("b", '\u{8}'),
            ("f", '\u{c}'),
            ("n", '\n'),
            ("r", '\r'),
            ("t", '\t'),
        ];

        for (word, letter) in plain {
            if self.takes(word) {
                return Ok(letter);
            }
        }
        // of surrogates there is no need
        let digits = self.rest().get(1..5).filter(|_| self.rest().starts_with('u'));
        let letter = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);

        self.at += if letter.is_some() { 5 } else { 0 };
        letter.ok_or_else(|| self.wrong("this isn't an escape"))
    }

    /// Calls for each element up to the closing bracket.
    fn elements(
        &mut self,
        close: &str,
        mut element: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.at += 1;
        self.skip_space();
        if self.takes(close) {
            return Ok(());
        }
        loop {
            element(self)?;
            self.skip_space();
            if self.takes(close) {
                return Ok(());
            }
            if !self.takes(",") {
                return Err(self.wrong("a comma is missing"));
            }
        }
    }

    fn list(&mut self) -> Result<Json, String> {
        let mut list = Vec::new();

        self.elements("]", |parser| {
            list.push(parser.value()?);
            Ok(())
        })?;
        Ok(Json::List(list))
    }

    fn object(&mut self) -> Result<Json, String> {
        let mut members = Vec::<(String, Json)>::new();

        self.elements("}", |parser| {
            parser.skip_space();
            let name = parser.string()?;

            parser.skip_space();
            if !parser.takes(":") {
                return Err(parser.wrong("a colon is missing"));
            }
            if members.iter().any(|(other, _)| *other == name) {
                return Err(parser.wrong(&format!("{name} is there twice")));
            }
            members.push((name, parser.value()?));
            Ok(())
        })?;
        Ok(Json::Object(members))
    }
}

/// In one line, for messages
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(value) => write!(f, "{value}"),
            Json::String(value) => write!(f, "{value:?}"),
            Json::List(list) => {
                let list: Vec<_> = list.iter().map(Json::to_string).collect();

                write!(f, "[{}]", list.join(", "))
            }
            Json::Object(members) => {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{name:?}: {value}")).collect();

                write!(f, "{{{}}}", members.join(", "))
            }
        }
    }
}

#[test]
fn what_isnt_json_is_refused() {
    let wrong = [
        "",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "01",
        "1.5",
        "1e3",
        "-1",
        "nul",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"",
        "[] []",
        "{\"a\":1,\"a\":2}",
        "99999999999999999999",
    ];

    for text in wrong {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(
        parse(" { \"a\\u0041\\n\" : [ 0 , true, null, \"\u{e9}\" ] }\n").unwrap(),
        Json::Object(vec![(
            "aA\n".into(),
            Json::List(vec![
                Json::Number(0),
                Json::Bool(true),
                Json::Null,
                Json::String("\u{e9}".into())
            ])
        )])
    );
}
