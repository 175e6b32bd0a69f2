//! `cargo whyslow report`: a recording again.

use crate::args::ReportArgs;
use crate::console::{Console, Stream};
use crate::exit;
use crate::output;
use crate::recordings;
use cargo_metadata::MetadataCommand;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows the recording that `args` name, or the newest one, on stdout.
///
/// # Errors
/// When there is no recording, it cannot be read, or an output cannot be written.
pub(crate) fn report(args: &ReportArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let path = match &args.recording {
        Some(path) => path.clone(),
        None => recordings::newest(&recordings::stores(target_dir(args).as_deref()))?,
    };
    let profile = recordings::load(&path)?;
    let findings = output::show(&profile, Some(&path), &[], &args.output, Stream::Stdout, console)?;
    Ok(exit::on_findings(&findings, args.output.deny))
}

/// The target directory of the package around the current directory; `None` outside of packages.
fn target_dir(args: &ReportArgs) -> Option<PathBuf> {
    if args.target_dir.is_some() {
        return args.target_dir.clone();
    }
    let mut command = MetadataCommand::new();
    command.no_deps().other_options(vec!["--offline".to_owned()]);
    if let Some(path) = &args.manifest_path {
        command.manifest_path(path);
    }
    Some(command.exec().ok()?.target_directory.into_std_path_buf())
}
