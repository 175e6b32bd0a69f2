//! A sentence for the user, as a key and typed arguments: the catalogues hold its words, the reports its number formats.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A sentence of the message catalogues with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Key in the catalogues, kebab-case.
    pub key: Cow<'static, str>,
    /// Named arguments.
    pub args: Vec<(Cow<'static, str>, Arg)>,
}

/// A typed argument; the renderer gives it unit and digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Arg {
    /// Taken as it is: a name, a path, an error.
    Text(String),
    /// A whole number of things.
    Count(u64),
    /// A plain number.
    Number(f64),
    /// Bytes, printed with a binary unit.
    Bytes(u64),
    /// Seconds, printed with a fitting unit.
    Seconds(f64),
    /// A share from 0 to 1, printed in per cent.
    Share(f64),
    /// A factor, printed as `4.9×`.
    Factor(f64),
}

impl Message {
    /// A message without arguments.
    pub fn new(key: &'static str) -> Self {
        Self {
            key: Cow::Borrowed(key),
            args: Vec::new(),
        }
    }

    /// The same message with one argument more.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((Cow::Borrowed(name), arg));
        self
    }

    /// The same message with a text argument more.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Arg::Text(text.into()))
    }
}
