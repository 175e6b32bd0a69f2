//! The language that reports are written in.

/// A language of the catalogues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English: the fallback.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Lang {
    /// Every language that has catalogues.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language asked for: by `flag` (`--lang`), else by the first of `WHYSLOW_LANG`, `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that is set and not empty. Anything that begins with `zh` is Chinese, all else English.
    pub fn choose(flag: Option<&str>, env: impl Fn(&str) -> Option<String>) -> Self {
        let asked = flag.map(str::to_owned).or_else(|| {
            ["WHYSLOW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| env(name).filter(|value| !value.is_empty()))
        });
        match asked.map(|tag| tag.to_ascii_lowercase()) {
            Some(tag) if tag.starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// Its language tag, which is also the name of its folder of catalogues: `en`, `zh`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flag: Option<&str>, env: &[(&str, &str)], expected: Lang) {
        let lookup = |name: &str| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(Lang::choose(flag, lookup), expected, "{flag:?} {env:?}");
    }

    #[test]
    fn the_flag_wins_then_our_variable_then_the_locale() {
        check(None, &[], Lang::English);
        check(Some("zh"), &[("WHYSLOW_LANG", "en")], Lang::Chinese);
        check(Some("en"), &[("LANG", "zh_CN.UTF-8")], Lang::English);
        check(
            None,
            &[("WHYSLOW_LANG", "zh-Hans"), ("LC_ALL", "en_US.UTF-8")],
            Lang::Chinese,
        );
        check(None, &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], Lang::English);
        check(None, &[("LC_ALL", ""), ("LANG", "zh_TW.UTF-8")], Lang::Chinese);
        check(None, &[("LC_MESSAGES", "ZH_cn"), ("LANG", "de_DE")], Lang::Chinese);
        check(None, &[("LANG", "de_DE.UTF-8")], Lang::English);
    }
}
