//! `cargo whyslow report`: a recording again.

use crate::args::ReportArgs;
use crate::calibration;
use crate::console::{Console, Stream};
use crate::exit;
use crate::output;
use crate::package;
use crate::recordings;
use std::process::ExitCode;

/// Shows the recording that `args` name, or the newest one, on stdout.
///
/// # Errors
/// When there is no recording, it cannot be read, or an output cannot be written.
pub(crate) fn report(args: &ReportArgs, console: &Console) -> anyhow::Result<ExitCode> {
    if args.calibration {
        let target_dir = package::target_dir(args.target_dir.as_deref(), args.manifest_path.as_deref());
        let judged = calibration::all(&target_dir.unwrap_or_default())?;
        let style = console.style(Stream::Stdout);
        ::report::calibration::print(&mut Stream::Stdout.raw(), &judged, console.catalogue(), style)?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = match &args.recording {
        Some(path) => path.clone(),
        None => {
            let target_dir = package::target_dir(args.target_dir.as_deref(), args.manifest_path.as_deref());
            recordings::newest(&recordings::stores(target_dir.as_deref()))?
        }
    };
    let profile = recordings::load(&path)?;
    let findings = output::show(&profile, Some(&path), &[], &args.output, Stream::Stdout, console)?;
    Ok(exit::on_findings(&findings, args.output.deny))
}
