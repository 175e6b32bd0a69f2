//! Tries every instrument on a short program and compares what it saw with what happened.

use super::workload::{N_ALLOCATIONS, N_WRITES, NAME};
use super::{Check, Status};
use crate::places;
use profile::{Arg, HeapMode, Machine, Message, Origin, Profile, Sampler, WaitKind};
use record::{Launch, Options, RecordError, SamplerChoice};
use std::fs;
use std::path::{Path, PathBuf};

/// Samples that 200 ms of computing must give at least, of the 199 expected.
const MIN_SAMPLES: u64 = 20;
/// Recordings and symbol caches of an ordinary program fit.
const MIN_FREE_BYTES: u64 = 100 << 20;

/// All checks, in the order in which they are shown.
pub(crate) fn all(machine: &Machine) -> Vec<Check> {
    let with_perf = recorded(SamplerChoice::Perf);
    let with_timers = recorded(SamplerChoice::Timer);
    let any = with_perf.as_ref().or(with_timers.as_ref());
    let mut checks = vec![
        perf_events(&with_perf),
        kernel_samples(with_perf.as_ref().ok()),
        timers(&with_timers),
    ];
    checks.extend([agent(any.ok()), lock_waits(any.ok()), io_calls(any.ok())]);
    checks.push(hardware_counters(machine));
    checks.extend(storage());
    checks
}

fn recorded(sampler: SamplerChoice) -> Result<Profile, RecordError> {
    let executable = std::env::current_exe().map_err(|source| RecordError::Launch {
        path: PathBuf::from(NAME),
        source,
    })?;
    let launch = Launch {
        executable,
        args: vec![NAME.into()],
        ..Launch::default()
    };
    let options = Options {
        sampler,
        cache_dir: places::usable_dir(),
        ..Options::default()
    };
    let recording = record::record(&launch, &options, &mut Silent)?;
    Ok(recording.profile)
}

struct Silent;

impl record::Progress for Silent {
    fn stage(&mut self, _: record::Stage) {}
}

fn check(item: &'static str, status: Status, detail: Message) -> Check {
    Check { item, status, detail }
}

fn samples(profile: &Profile) -> Message {
    Message::new("doctor-samples")
        .with("samples", Arg::Count(profile.totals.samples))
        .with("cpu", Arg::Seconds(profile.totals.cpu_s()))
}

fn refused(error: &RecordError) -> Message {
    Message::new("doctor-refused").text("reason", error.to_string())
}

fn perf_events(recorded: &Result<Profile, RecordError>) -> Check {
    const ITEM: &str = "perf-events";
    match recorded {
        Ok(profile) if profile.run.sampler == Sampler::Perf && profile.totals.samples >= MIN_SAMPLES => {
            check(ITEM, Status::Yes, samples(profile))
        }
        Ok(profile) => check(ITEM, Status::Partly, samples(profile)),
        Err(error) => {
            let level = fs::read_to_string("/proc/sys/kernel/perf_event_paranoid").unwrap_or_default();
            let reason = match level.trim().parse::<i32>() {
                // Debian and Ubuntu kernels know levels 3 and 4: nothing for unprivileged users.
                Ok(level) if level > 2 => Message::new("doctor-perf-paranoid").text("level", level.to_string()),
                Ok(_) => Message::new("doctor-perf-policy").text("reason", error.to_string()),
                Err(_) => Message::new("doctor-perf-absent"),
            };
            check(ITEM, Status::No, reason)
        }
    }
}

fn kernel_samples(profile: Option<&Profile>) -> Check {
    const ITEM: &str = "kernel-samples";
    let Some(profile) = profile else {
        return check(ITEM, Status::No, Message::new("doctor-kernel-needs-perf"));
    };
    let has_kernel = profile.cpu.iter().any(|row| {
        let mut frames = profile.tables.frames_of(row.stack);
        frames.any(|(_, frame)| frame.origin == Origin::Kernel)
    });
    if has_kernel {
        check(ITEM, Status::Yes, Message::new("doctor-kernel-seen"))
    } else {
        check(ITEM, Status::No, Message::new("doctor-kernel-hidden"))
    }
}

fn timers(recorded: &Result<Profile, RecordError>) -> Check {
    const ITEM: &str = "timers";
    match recorded {
        Ok(profile) if profile.totals.samples >= MIN_SAMPLES => check(ITEM, Status::Yes, samples(profile)),
        Ok(profile) => check(ITEM, Status::No, samples(profile)),
        Err(error) => check(ITEM, Status::No, refused(error)),
    }
}

fn agent(profile: Option<&Profile>) -> Check {
    const ITEM: &str = "agent";
    let Some(profile) = profile.filter(|profile| profile.run.heap != HeapMode::Off) else {
        return check(ITEM, Status::No, Message::new("doctor-agent-absent"));
    };
    let seen = profile.totals.allocations;
    let detail = Message::new("doctor-agent-counted")
        .with("seen", Arg::Count(seen))
        .with("made", Arg::Count(N_ALLOCATIONS));
    check(
        ITEM,
        if seen >= N_ALLOCATIONS {
            Status::Yes
        } else {
            Status::Partly
        },
        detail,
    )
}

fn lock_waits(profile: Option<&Profile>) -> Check {
    let waited = |profile: &Profile| {
        let waits = profile.waits.iter().filter(|wait| wait.kind == WaitKind::Futex);
        waits.map(|wait| wait.count).sum()
    };
    let seen: u64 = profile.map_or(0, waited);
    let status = if seen > 0 { Status::Yes } else { Status::No };
    check(
        "lock-waits",
        status,
        Message::new("doctor-waits").with("seen", Arg::Count(seen)),
    )
}

fn io_calls(profile: Option<&Profile>) -> Check {
    let written = |profile: &Profile| {
        let writes = profile.io.iter().filter(|row| row.call == "write");
        writes.map(|row| row.count).sum()
    };
    let seen: u64 = profile.map_or(0, written);
    let detail = Message::new("doctor-writes")
        .with("seen", Arg::Count(seen))
        .with("made", Arg::Count(N_WRITES));
    let status = match seen {
        0 => Status::No,
        N_WRITES.. => Status::Yes,
        _ => Status::Partly,
    };
    check("io-calls", status, detail)
}

fn hardware_counters(machine: &Machine) -> Check {
    const ITEM: &str = "hardware-counters";
    if machine.has_hardware_counters {
        return check(ITEM, Status::Yes, Message::new("doctor-counters-seen"));
    }
    let sources = Path::new("/sys/bus/event_source/devices");
    let has_unit = ["cpu", "cpu_core", "cpu_atom"]
        .iter()
        .any(|name| sources.join(name).exists());
    let key = if has_unit {
        "doctor-counters-refused"
    } else {
        "doctor-counters-absent"
    };
    check(ITEM, Status::No, Message::new(key))
}

/// Whether the directory for caches and for recordings without a package can be written, and how much fits.
fn storage() -> Vec<Check> {
    const ITEM: &str = "cache-directory";
    let dir = places::cache_dir().unwrap_or_else(places::temporary_dir);
    let path = dir.display().to_string();
    if let Err(error) = places::create_private_dir(&dir) {
        let detail = Message::new("doctor-cache-refused")
            .text("path", path)
            .text("reason", error.to_string());
        return vec![check(ITEM, Status::No, detail)];
    }
    // Where the system does not tell, the directory is still good.
    let free_bytes = rustix::fs::statvfs(&dir).map_or(u64::MAX, |stat| stat.f_bavail * stat.f_frsize);
    let status = if free_bytes >= MIN_FREE_BYTES {
        Status::Yes
    } else {
        Status::Partly
    };
    let detail = Message::new("doctor-cache")
        .text("path", path)
        .with("free", Arg::Bytes(free_bytes));
    vec![check(ITEM, status, detail)]
}
