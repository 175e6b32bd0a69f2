//! Names one address by debug information: its function, the calls inlined there, and their source positions.

use crate::address::Svma;
use crate::debug_file::{Slice, SplitLoader};
use crate::names::{demangle, is_bare, qualified};
use crate::origin::normalised;
use addr2line::{Context, FunctionName, LookupResult};
use gimli::{AttributeValue, UnitOffset};

/// Deeper inlining than in any real program; what lies further out is dropped.
const MAX_INLINED: usize = 512;
/// How far around an address a real line of the same function is looked for, in bytes.
const LINE_SEARCH_BYTES: u64 = 2048;
/// How many places are tried there.
const MAX_LINE_TRIALS: usize = 200;

/// An inlined call refers to a function, which may refer to its declaration.
const MAX_REFERENCES: usize = 4;

/// A logical frame before it is known whose code it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedFrame {
    pub(crate) function: Option<String>,
    pub(crate) file: Option<String>,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// True when the path of the function was told by the source file only.
    pub(crate) is_guess: bool,
}

/// Debug information of one file, ready to be asked.
pub(crate) struct DebugInfo<'a> {
    pub(crate) context: Context<Slice<'a>>,
    pub(crate) split: SplitLoader<'a>,
}

/// A frame and what tells it from other calls of the same function.
struct LocatedFrame {
    named: NamedFrame,
    call: Option<UnitOffset<usize>>,
}

impl DebugInfo<'_> {
    /// The frames at an address, innermost inlined call first. Empty when nothing is known.
    pub(crate) fn frames_at(&self, svma: Svma) -> Vec<NamedFrame> {
        let mut frames = self.located_frames_at(svma);
        if frames.iter().any(|frame| frame.named.line == 0) {
            self.fill_lines(svma, &mut frames);
        }
        frames.into_iter().map(|frame| frame.named).collect()
    }

    /// Optimized code carries line 0 where instructions of several lines were merged. Takes the line of the nearest
    /// instruction in the same inlined call of the same function.
    fn fill_lines(&self, svma: Svma, frames: &mut [LocatedFrame]) {
        for near in self.nearest_rows(svma) {
            let others = self.located_frames_at(near);
            // Compared from the outside in: the further in, the less both addresses have in common.
            for (frame, other) in frames.iter_mut().rev().zip(others.into_iter().rev()) {
                if frame.call.is_none() || frame.call != other.call {
                    break;
                }
                if frame.named.line == 0 && other.named.line != 0 {
                    frame.named.file = other.named.file;
                    frame.named.line = other.named.line;
                    frame.named.column = other.named.column;
                }
            }
            if frames.iter().all(|frame| frame.named.line != 0) {
                return;
            }
        }
        for frame in frames.iter_mut().filter(|frame| frame.named.line == 0) {
            frame.named.line = frame.call.and_then(|call| self.declared_line(svma, call)).unwrap_or(0);
        }
    }

    /// The line where the function of a call begins: the last resort, when no instruction of it has a line.
    fn declared_line(&self, svma: Svma, call: UnitOffset<usize>) -> Option<u32> {
        // All parts were loaded when the frames were found.
        let unit = self.context.find_dwarf_and_unit(svma.0).skip_all_loads()?;
        let mut offset = call;
        for _ in 0..MAX_REFERENCES {
            let entry = unit.entry(offset).ok()?;
            if let Some(line) = entry.attr_value(gimli::DW_AT_decl_line) {
                return line.udata_value().and_then(|line| u32::try_from(line).ok());
            }
            let origin = entry.attr_value(gimli::DW_AT_abstract_origin);
            offset = match origin.or_else(|| entry.attr_value(gimli::DW_AT_specification))? {
                AttributeValue::UnitRef(offset) => offset,
                AttributeValue::DebugInfoRef(offset) => offset.to_unit_offset(&unit.header)?,
                _ => return None,
            };
        }
        None
    }

    /// Addresses around `svma` at which the line table changes to a real line, nearest first.
    fn nearest_rows(&self, svma: Svma) -> Vec<Svma> {
        let (low, high) = (
            svma.0.saturating_sub(LINE_SEARCH_BYTES),
            svma.0.saturating_add(LINE_SEARCH_BYTES),
        );
        let Ok(rows) = self.context.find_location_range(low, high) else {
            return Vec::new();
        };
        let mut near: Vec<Svma> = rows
            .filter(|(_, _, location)| location.line.is_some_and(|line| line != 0))
            // Of a row before the address its last byte is the nearest.
            .map(|(start, len, _)| start.max(svma.0.min(start.saturating_add(len.saturating_sub(1)))))
            .map(Svma)
            .collect();
        near.sort_by_key(|row| row.0.abs_diff(svma.0));
        near.truncate(MAX_LINE_TRIALS);
        near
    }

    fn located_frames_at(&self, svma: Svma) -> Vec<LocatedFrame> {
        let mut lookup = self.context.find_frames(svma.0);
        let frames = loop {
            lookup = match lookup {
                LookupResult::Output(frames) => break frames,
                LookupResult::Load { load, continuation } => {
                    let part = self.split.load(&load);
                    addr2line::LookupContinuation::resume(continuation, part)
                }
            };
        };
        let Ok(mut frames) = frames else {
            return Vec::new();
        };
        let mut located = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            if located.len() == MAX_INLINED {
                break;
            }
            let location = frame.location.as_ref();
            let file = location.and_then(|location| location.file).map(normalised);
            let (function, is_guess) = match frame.function {
                Some(name) => function_name(&name, file.as_deref()),
                None => (None, false),
            };
            located.push(LocatedFrame {
                named: NamedFrame {
                    function,
                    is_guess,
                    file,
                    line: location.and_then(|location| location.line).unwrap_or(0),
                    column: location.and_then(|location| location.column).unwrap_or(0),
                },
                call: frame.dw_die_offset,
            });
        }
        located
    }
}

/// The readable name of a function, and whether its path was guessed.
fn function_name(name: &FunctionName<Slice<'_>>, file: Option<&str>) -> (Option<String>, bool) {
    let Some(mangled) = name.raw_name().ok().filter(|mangled| !mangled.is_empty()) else {
        return (None, false);
    };
    let readable = demangle(&mangled, name.language);
    let lacks_path = name.language == Some(gimli::DW_LANG_Rust) && is_bare(&readable);
    match file {
        Some(file) if lacks_path => (Some(qualified(&readable, file)), true),
        _ => (Some(readable), false),
    }
}
