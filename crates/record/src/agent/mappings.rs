//! Libraries that a program loads while it runs.
//!
//! The agent tells what is loaded at its start. When it has seen a call of `dlopen`, the rest is read from the kernel:
//! the call itself cannot be followed to its end without looking like its caller to the dynamic loader.

use super::event::AgentEvent;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use wire::Header;

/// What is known of the mappings of each process.
#[derive(Default)]
pub(super) struct MappingReader {
    told: HashSet<(u32, u64, u64)>,
    /// Calls of `dlopen` seen, and how often to look again: a library appears a while after the call began.
    seen: HashMap<u32, (u32, u32)>,
}

/// Looks after the last call: about half a second at 20 passes a second.
const N_LOOKS: u32 = 10;

impl MappingReader {
    /// Hands over a mapping, once.
    pub(super) fn tell(&mut self, mapping: AgentEvent<'_>, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        if let AgentEvent::Mapping { pid, start, end, .. } = mapping
            && self.told.insert((pid, start, end))
        {
            sink(mapping);
        }
    }

    /// Reads the mappings of processes that called `dlopen` lately.
    pub(super) fn look(&mut self, header: &Header, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        for process in &header.processes {
            let (pid, n_dlopens) = (process.pid.load(Relaxed), process.n_dlopens.load(Relaxed));
            if pid == 0 || n_dlopens == 0 {
                continue;
            }
            let (n_seen, looks_left) = self.seen.entry(pid).or_default();
            if *n_seen != n_dlopens {
                (*n_seen, *looks_left) = (n_dlopens, N_LOOKS);
            }
            if *looks_left > 0 {
                *looks_left -= 1;
                self.read(pid, sink);
            }
        }
    }

    fn read(&mut self, pid: u32, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        let Ok(maps) = fs::read_to_string(format!("/proc/{pid}/maps")) else {
            return;
        };
        for line in maps.lines() {
            if let Some((start, end, file_offset, path)) = parse(line) {
                let path = Path::new(path);
                self.tell(
                    AgentEvent::Mapping {
                        pid,
                        start,
                        end,
                        file_offset,
                        path,
                    },
                    sink,
                );
            }
        }
    }
}

/// Start, end, file offset and path of an executable mapping of a file.
fn parse(line: &str) -> Option<(u64, u64, u64, &str)> {
    let mut fields = line.splitn(6, ' ');
    let (start, end) = fields.next()?.split_once('-')?;
    let permissions = fields.next()?;
    let file_offset = fields.next()?;
    let path = fields.nth(2)?.trim_start();
    let number = |text| u64::from_str_radix(text, 16).ok();
    let is_code = permissions.as_bytes().get(2) == Some(&b'x');
    (is_code && path.starts_with('/')).then_some((number(start)?, number(end)?, number(file_offset)?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executable_file_mappings_are_read_with_blanks_in_their_path() {
        let line = "7f8a1c000000-7f8a1c100000 r-xp 00026000 fe:00 1234                       /opt/a b/libx.so";
        assert_eq!(
            parse(line),
            Some((0x7f8a_1c00_0000, 0x7f8a_1c10_0000, 0x26000, "/opt/a b/libx.so"))
        );
        assert_eq!(
            parse("7f8a1c000000-7f8a1c100000 rw-p 00026000 fe:00 1234   /lib/x.so"),
            None
        );
        assert_eq!(parse("7ffe0000-7ffe1000 r-xp 00000000 00:00 0          [vdso]"), None);
    }
}
