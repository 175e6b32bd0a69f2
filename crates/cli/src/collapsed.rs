//! Collapsed stacks, the input of flame graph tools: `thread;root;…;leaf count`, inlined frames marked with `~`.

use profile::{Frame, Profile};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes one line per distinct thread name and stack, in alphabetical order, with its CPU samples.
///
/// # Errors
/// When `out` refuses.
pub(crate) fn write(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    let mut samples_by_line = BTreeMap::<String, u64>::new();
    for row in &profile.cpu {
        let mut line = clean(&profile.threads[row.thread.0 as usize].name);
        for (_, frame) in profile.tables.frames_of(row.stack).rev() {
            line.push(';');
            line.push_str(&name(frame));
        }
        *samples_by_line.entry(line).or_default() += row.samples;
    }
    for (line, samples) in samples_by_line {
        writeln!(out, "{line} {samples}")?;
    }
    Ok(())
}

fn name(frame: &Frame) -> String {
    let mark = if frame.is_inlined { "~" } else { "" };
    format!("{mark}{}", clean(&frame.function))
}

/// Semicolons and line ends have a meaning in this format.
fn clean(name: &str) -> String {
    name.replace(';', ":").replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use profile::{CpuRow, Stack, Thread, ThreadId};

    #[test]
    fn stacks_run_from_the_root_and_equal_ones_are_added_up() {
        let mut profile = Profile::default();
        for name in ["main", "main"] {
            profile.threads.push(Thread {
                name: name.into(),
                ..Thread::default()
            });
        }
        let mut frame = |function: &str, is_inlined| {
            profile.tables.intern_frame(Frame {
                function: function.into(),
                is_inlined,
                ..Frame::default()
            })
        };
        let frames = vec![frame("[T; 3]::len", true), frame("app::main", false)];
        let stack = profile.tables.intern_stack(Stack {
            frames,
            is_truncated: false,
        });
        for (thread, samples) in [(0, 2), (1, 3)] {
            profile.cpu.push(CpuRow {
                thread: ThreadId(thread),
                stack,
                samples,
                cpu_ns: 0,
            });
        }
        let mut out = Vec::new();
        write(&profile, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "main;app::main;~[T: 3]::len 5\n");
    }
}
