//! Message catalogues: the words of every sentence, in English and Chinese.

use crate::Lang;
use crate::quantity::{self, NO_BREAK, WORD_JOINER};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use profile::{Arg, Message};
use std::fmt;
use unic_langid::LanguageIdentifier;

/// The catalogues of this crate, by language: one file per area, the same files in both.
fn sources(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::English => &[
            include_str!("../i18n/en/report.ftl"),
            include_str!("../i18n/en/notes.ftl"),
            include_str!("../i18n/en/cli.ftl"),
            include_str!("../i18n/en/compare.ftl"),
            include_str!("../i18n/en/trace.ftl"),
        ],
        Lang::Chinese => &[
            include_str!("../i18n/zh/report.ftl"),
            include_str!("../i18n/zh/notes.ftl"),
            include_str!("../i18n/zh/cli.ftl"),
            include_str!("../i18n/zh/compare.ftl"),
            include_str!("../i18n/zh/trace.ftl"),
        ],
    }
}

/// The words of one language.
pub struct Catalogue {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The catalogues of this crate and those of the rules.
    pub fn new(lang: Lang) -> Self {
        Self::with(lang, [])
    }

    /// The same with further catalogues in Fluent syntax, which may override entries.
    pub fn with<'s>(lang: Lang, further: impl IntoIterator<Item = &'s str>) -> Self {
        // Decides plural forms only; the tags are valid, see the tests.
        let tag: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(quantity::grouped(number.value as u64)),
            _ => None,
        }));
        let of_rules: Vec<&str> = match lang {
            Lang::English => diagnose::english_catalogues().collect(),
            Lang::Chinese => diagnose::chinese_catalogues().collect(),
        };
        for source in sources(lang).iter().copied().chain(of_rules).chain(further) {
            // A damaged entry is left out by the parser and its key is shown instead; the tests forbid it.
            let resource = match FluentResource::try_new(source.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    /// The language of this catalogue.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The sentence, with its arguments as people read them. An unknown key renders as itself.
    pub fn render(&self, message: &Message) -> String {
        self.format(message).replace(NO_BREAK, " ")
    }

    /// The argument alone, with its unit.
    pub fn render_arg(&self, arg: &Arg) -> String {
        quantity::format(arg, self.lang).replace(NO_BREAK, " ")
    }

    /// The text of a key without arguments. An unknown key renders as itself.
    pub fn text(&self, key: &str) -> String {
        self.look_up(key, &FluentArgs::new()).replace(NO_BREAK, " ")
    }

    /// Like [`Self::render`] for a caller that wraps lines: no-break spaces between numbers and units, a joiner in "I/O".
    pub(crate) fn render_unbroken(&self, message: &Message) -> String {
        self.format(message).replace("I/O", &format!("I/{WORD_JOINER}O"))
    }

    fn format(&self, message: &Message) -> String {
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, arg) in &message.args {
            let value = match arg {
                // A line number is a name: it has no thousands.
                Arg::Count(line) if name == "line" => FluentValue::from(line.to_string()),
                // As a number, so that catalogues can choose the plural form by it.
                Arg::Count(count) => FluentValue::from(*count as f64),
                other => FluentValue::from(quantity::format(other, self.lang)),
            };
            args.set(name.as_ref(), value);
        }
        self.look_up(&message.key, &args)
    }

    /// `key` or, for an attribute, `key.attribute`.
    fn look_up(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let (id, attribute) = match key.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (key, None),
        };
        let pattern = self.bundle.get_message(id).and_then(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).map(|attribute| attribute.value()),
            None => message.value(),
        });
        match pattern {
            Some(pattern) => {
                // A missing argument is shown as `{$name}`: visible, never fatal.
                let mut errors = Vec::new();
                self.bundle
                    .format_pattern(pattern, Some(args), &mut errors)
                    .into_owned()
            }
            None => crate::printable(key).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "
calls = { $calls ->
    [one] 1 call
   *[other] { $calls } calls
} at line { $line } took { $time }
page = the page
    .title = its title
";

    fn rendered(message: Message) -> String {
        Catalogue::with(Lang::English, [WORDS]).render(&message)
    }

    fn calls(calls: u64) -> Message {
        Message::new("calls")
            .with("calls", Arg::Count(calls))
            .with("line", Arg::Count(calls))
            .with("time", Arg::Seconds(0.082))
    }

    #[test]
    fn arguments_get_unit_plural_and_no_isolation_marks() {
        assert_eq!(rendered(calls(1)), "1 call at line 1 took 82 ms");
        assert_eq!(rendered(calls(20_000)), "20,000 calls at line 20000 took 82 ms");
    }

    #[test]
    fn attributes_are_found_by_a_dot() {
        assert_eq!(rendered(Message::new("page.title")), "its title");
        assert_eq!(rendered(Message::new("page.absent")), "page.absent");
    }

    #[test]
    fn what_is_missing_is_shown_and_never_fatal() {
        assert_eq!(rendered(Message::new("no-such-key")), "no-such-key");
        assert_eq!(rendered(Message::new("no-such\u{1b}[2Jkey")), "no-such\\u{1b}[2Jkey");
        assert_eq!(
            rendered(Message::new("calls").with("line", Arg::Count(3))),
            "{$calls} calls at line 3 took {$time}"
        );
        let broken = Catalogue::with(Lang::Chinese, ["a = { $unclosed\nb = 好\n= nothing"]);
        assert_eq!(broken.text("a"), "a");
        assert_eq!(broken.text("b"), "好");
    }
}
