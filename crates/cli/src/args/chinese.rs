//! `--help` in Chinese. The English words are the doc comments of the definition itself.

use clap::{Arg, Command};
use report::{Catalogue, Lang};

const WORDS: &str = include_str!("../../i18n/zh/help.ftl");
/// Clap takes headings as static text only.
const HEADINGS: [(&str, &str); 6] = [
    ("Program", "程序"),
    ("Measuring", "测量"),
    ("Applying", "应用"),
    ("Proof", "验证"),
    ("Output", "输出"),
    ("Display", "显示"),
];

/// The same command with its help in Chinese. What has no translation stays English.
pub(super) fn in_chinese(command: Command) -> Command {
    let catalogue = Catalogue::with(Lang::Chinese, [WORDS]);
    let command = match text(&catalogue, "about") {
        Some(about) => command.about(about),
        None => command,
    };
    translated(command, &catalogue)
}

fn translated(mut command: Command, catalogue: &Catalogue) -> Command {
    if let Some(about) = text(catalogue, &format!("command-{}", command.get_name())) {
        command = command.about(about);
    }
    if command.get_after_help().is_some()
        && let Some(words) = text(catalogue, &format!("exit-codes-{}", command.get_name()))
    {
        command = command.after_help(words);
    }
    command
        .mut_args(|arg| translated_arg(arg, catalogue))
        .mut_subcommands(|command| translated(command, catalogue))
}

fn translated_arg(mut arg: Arg, catalogue: &Catalogue) -> Arg {
    let heading = HEADINGS
        .iter()
        .find(|(english, _)| arg.get_help_heading() == Some(english));
    if let Some((_, chinese)) = heading {
        arg = arg.help_heading(*chinese);
    }
    match text(catalogue, &format!("arg-{}", arg.get_id())) {
        Some(help) => arg.help(help),
        None => arg,
    }
}

fn text(catalogue: &Catalogue, key: &str) -> Option<String> {
    let text = catalogue.text(key);
    (text != key).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn check(command: &Command) {
        let is_chinese = |text: &dyn ToString| text.to_string().chars().any(|char| char >= '\u{4e00}');
        for arg in command.get_arguments() {
            let help = arg.get_help().unwrap_or_else(|| panic!("{arg} has no help"));
            assert!(is_chinese(&help), "{arg} of {} has no Chinese help", command.get_name());
        }
        assert!(
            command.get_about().is_some_and(|about| is_chinese(&about)),
            "{} is not told",
            command.get_name()
        );
        command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .for_each(check);
    }

    #[test]
    fn every_command_and_argument_is_translated() {
        check(&in_chinese(crate::args::Cli::command()));
    }
}
