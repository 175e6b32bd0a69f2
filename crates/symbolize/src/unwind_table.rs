//! The unwind table of one file: from an address to the rule that finds the caller of the function around it.
//!
//! The table is `.eh_frame`, read with `gimli`. It is not walked with `framehop`, for three reasons: its cache holds 509
//! rules, fewer than a large program has addresses on its stacks; it computes a crafted, endless DWARF expression for
//! ever; and the splice with a frame-pointer chain needs to know by what rule a frame was found.

use crate::address::{Avma, Svma};
use crate::elf::{Image, Section};
use crate::unwind_rule::{Registers, Rule, Slice, Step, rule_of_row, step_by_offsets, step_by_row};
use gimli::{BaseAddresses, CieOrFde, EhFrame, LittleEndian, UnwindContext, UnwindSection};

type Context = UnwindContext<usize>;

/// The unwind table of one file.
#[derive(Debug, Default)]
pub(crate) struct UnwindTable {
    eh_frame: Section,
    bases: BaseAddresses,
    /// Sorted by start.
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: Svma,
    end: Svma,
    offset: u32,
}

impl UnwindTable {
    /// Takes and indexes a file's table. Entries after the first damaged one are left out.
    pub(crate) fn new(image: &mut Image) -> Self {
        let Some(eh_frame) = image.eh_frame.take() else {
            return Self::default();
        };
        let bases = BaseAddresses::default()
            .set_eh_frame(eh_frame.svma.0)
            .set_text(image.text.0)
            .set_got(image.got.0);
        let mut table = Self {
            eh_frame,
            bases,
            entries: Vec::new(),
        };
        table.entries = table.index();
        table
    }

    /// The function around `svma`, as the table bounds it.
    pub(crate) fn function_at(&self, svma: Svma) -> Option<std::ops::Range<Svma>> {
        self.entry_at(svma).map(|entry| entry.start..entry.end)
    }

    /// The bounds of all functions, by address.
    pub(crate) fn functions(&self) -> impl Iterator<Item = std::ops::Range<Svma>> + '_ {
        self.entries.iter().map(|entry| entry.start..entry.end)
    }

    /// The rule for the code at `svma`.
    pub(crate) fn rule_at(&self, svma: Svma, context: &mut Context) -> Rule {
        self.with_row(svma, context, |row, _, _| rule_of_row(row))
            .unwrap_or(Rule::Unknown)
    }

    /// Steps to the caller by `rule`, which [`Self::rule_at`] gave for `svma`. `read` reads a word of the stack.
    pub(crate) fn step(
        &self,
        svma: Svma,
        rule: Rule,
        registers: Registers,
        context: &mut Context,
        read: &impl Fn(Avma) -> Option<u64>,
    ) -> Step {
        match rule {
            Rule::Unknown => Step::Lost,
            Rule::Root => Step::Root,
            Rule::Offsets(offsets) => step_by_offsets(&offsets, registers, read).unwrap_or(Step::Lost),
            Rule::Computed => self
                .with_row(svma, context, |row, frame, is_signal| {
                    step_by_row(row, frame, is_signal, registers, read)
                })
                .flatten()
                .unwrap_or(Step::Lost),
        }
    }

    /// True for the code that a signal handler returns to.
    pub(crate) fn is_signal_frame(&self, svma: Svma) -> bool {
        self.entry_at(svma)
            .and_then(|entry| self.description(entry))
            .is_some_and(|description| description.is_signal_trampoline())
    }

    fn description(&self, entry: &Entry) -> Option<gimli::FrameDescriptionEntry<Slice<'_>>> {
        let offset = gimli::EhFrameOffset(entry.offset as usize);
        self.section()
            .fde_from_offset(&self.bases, offset, EhFrame::cie_from_offset)
            .ok()
    }

    fn section(&self) -> EhFrame<Slice<'_>> {
        let mut section = EhFrame::new(&self.eh_frame.bytes, LittleEndian);
        section.set_address_size(8);
        section
    }

    fn index(&self) -> Vec<Entry> {
        let section = self.section();
        let mut entries = Vec::new();
        let mut latest_cie = None;
        let mut iter = section.entries(&self.bases);
        while let Ok(Some(entry)) = iter.next() {
            let CieOrFde::Fde(partial) = entry else { continue };
            let fde = partial.parse(|section, bases, offset| match &latest_cie {
                Some((at, cie)) if *at == offset => Ok(gimli::CommonInformationEntry::clone(cie)),
                _ => {
                    let cie = section.cie_from_offset(bases, offset)?;
                    latest_cie = Some((offset, cie.clone()));
                    Ok(cie)
                }
            });
            let Ok(fde) = fde else { continue };
            let (start, end) = (fde.initial_address(), fde.initial_address().saturating_add(fde.len()));
            if let Ok(offset) = u32::try_from(fde.offset())
                && start < end
            {
                entries.push(Entry {
                    start: Svma(start),
                    end: Svma(end),
                    offset,
                });
            }
        }
        entries.sort_unstable_by_key(|entry| entry.start);
        entries
    }

    fn entry_at(&self, svma: Svma) -> Option<&Entry> {
        let n_before = self.entries.partition_point(|entry| entry.start <= svma);
        let entry = &self.entries[n_before.checked_sub(1)?];
        (svma < entry.end).then_some(entry)
    }

    fn with_row<T>(
        &self,
        svma: Svma,
        context: &mut Context,
        then: impl FnOnce(&gimli::UnwindTableRow<usize>, &EhFrame<Slice<'_>>, bool) -> T,
    ) -> Option<T> {
        let description = self.description(self.entry_at(svma)?)?;
        let (section, is_signal) = (self.section(), description.is_signal_trampoline());
        let row = description
            .unwind_info_for_address(&section, &self.bases, context, svma.0)
            .ok()?;
        Some(then(row, &section, is_signal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACK: Avma = Avma(0x7fff_0000);

    fn image() -> Image {
        Image::read(std::fs::File::open("/proc/self/exe").unwrap()).unwrap()
    }

    /// A stack on which each word is its own address.
    fn read(at: Avma) -> Option<u64> {
        (STACK.0..STACK.0 + 4096).contains(&at.0).then_some(at.0)
    }

    fn registers() -> Registers {
        Registers {
            ip: Avma(1),
            sp: STACK,
            bp: Avma(STACK.0 + 64),
        }
    }

    #[test]
    fn a_function_that_only_calls_has_its_return_address_at_the_stack_pointer() {
        let table = UnwindTable::new(&mut image());
        let mut context = Context::default();
        let first_instructions: Vec<Svma> = table.functions().map(|function| function.start).collect();
        assert!(first_instructions.len() > 1000);
        let n_plain = first_instructions.iter().filter(|&&svma| {
            let rule = table.rule_at(svma, &mut context);
            let step = table.step(svma, rule, registers(), &mut context, &read);
            matches!(step, Step::Caller { registers, .. } if registers.ip == STACK && registers.sp.0 == STACK.0 + 8)
        });
        // All but stubs and start code.
        assert!(n_plain.count() * 100 > first_instructions.len() * 95);
    }

    #[test]
    fn damaged_tables_neither_panic_nor_hang() {
        let mut image = image();
        let whole = image.eh_frame.clone().unwrap();
        // Xorshift (Marsaglia 2003): the same damage in every run.
        let mut random: u64 = 0x2545_f491_4f6c_dd1d;
        let mut next = move || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        for round in 0..30 {
            let mut damaged = whole.clone();
            for _ in 0..1 << (round % 14) {
                let at = (next() % damaged.bytes.len() as u64) as usize;
                damaged.bytes[at] = next() as u8;
            }
            image.eh_frame = Some(damaged);
            let table = UnwindTable::new(&mut image);
            let mut context = Context::default();
            let functions: Vec<_> = table.functions().step_by(37).take(500).collect();
            for function in functions {
                let len = (function.end.0 - function.start.0).min(4096);
                let svma = Svma(function.start.0 + next() % len);
                let rule = table.rule_at(svma, &mut context);
                table.step(svma, rule, registers(), &mut context, &read);
                table.is_signal_frame(svma);
            }
        }
    }
}
