//! The unwind table of one file: from an address to the rule that finds the caller of the function around it.
//!
//! The table is `.eh_frame`, read with `gimli`. It is not walked with `framehop`, for three reasons: rules are cached
//! here by address in the file, so that all processes share them; an endless DWARF expression must be cut off; and the
//! splice with a frame-pointer chain needs to know why a step failed.

use crate::address::{Avma, Svma};
use crate::elf::{Image, Section};
use gimli::{
    BaseAddresses, CfaRule, CieOrFde, EhFrame, EndianSlice, Evaluation, EvaluationResult, LittleEndian, Location,
    Register, RegisterRule, UnwindContext, UnwindExpression, UnwindSection, Value, X86_64,
};

/// The longest expression known (a signal frame's) has five operations, the linker's for a PLT has eight.
const MAX_EXPRESSION_STEPS: u32 = 64;

type Slice<'a> = EndianSlice<'a, LittleEndian>;
type Context = UnwindContext<usize>;

/// The registers that are followed from frame to frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registers {
    pub(crate) ip: Avma,
    pub(crate) sp: Avma,
    pub(crate) bp: Avma,
}

/// How to find the caller of the function around an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Nothing is known.
    Unknown,
    /// This function has no caller.
    Root,
    /// The canonical frame address (CFA) is a register plus an offset, and the rest lies at offsets from it.
    Offsets {
        cfa_base: Base,
        cfa_offset: i64,
        return_offset: i64,
        caller_bp: CallerBp,
    },
    /// Anything else: to be looked up and computed each time.
    Computed,
}

/// The register that a frame is found from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Sp,
    Bp,
}

/// Where the caller's frame pointer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallerBp {
    /// Still in the register.
    Same,
    /// In memory, at this offset from the CFA.
    Saved(i64),
}

/// One step towards the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The caller's registers. `is_interrupted`: it did not call but was interrupted by a signal.
    Caller { registers: Registers, is_interrupted: bool },
    /// There is no caller.
    Root,
    /// The table or the memory at hand does not tell.
    Lost,
}

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
    /// Indexes a file's table. Entries after the first damaged one are left out.
    pub(crate) fn new(image: &Image) -> Self {
        let Some(eh_frame) = image.eh_frame.clone() else {
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
        self.with_row(svma, context, |row, _, _| {
            simple_rule(row.cfa(), row.register(X86_64::RBP), row.register(X86_64::RA))
        })
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
            Rule::Offsets {
                cfa_base,
                cfa_offset,
                return_offset,
                caller_bp,
            } => step_by_offsets(registers, cfa_base, cfa_offset, return_offset, caller_bp, read).unwrap_or(Step::Lost),
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

fn simple_rule(
    cfa: &CfaRule<usize>,
    caller_bp: Option<RegisterRule<usize>>,
    return_address: Option<RegisterRule<usize>>,
) -> Rule {
    let return_offset = match return_address {
        None | Some(RegisterRule::Undefined) => return Rule::Root,
        Some(RegisterRule::Offset(offset)) => offset,
        Some(_) => return Rule::Computed,
    };
    let caller_bp = match caller_bp {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => CallerBp::Same,
        Some(RegisterRule::Offset(offset)) => CallerBp::Saved(offset),
        Some(_) => return Rule::Computed,
    };
    let (cfa_base, cfa_offset) = match *cfa {
        CfaRule::RegisterAndOffset { register, offset } if register == X86_64::RSP => (Base::Sp, offset),
        CfaRule::RegisterAndOffset { register, offset } if register == X86_64::RBP => (Base::Bp, offset),
        CfaRule::RegisterAndOffset { .. } => return Rule::Unknown,
        CfaRule::Expression(_) => return Rule::Computed,
    };
    Rule::Offsets {
        cfa_base,
        cfa_offset,
        return_offset,
        caller_bp,
    }
}

fn step_by_offsets(
    registers: Registers,
    cfa_base: Base,
    cfa_offset: i64,
    return_offset: i64,
    caller_bp: CallerBp,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Step> {
    let base = match cfa_base {
        Base::Sp => registers.sp,
        Base::Bp => registers.bp,
    };
    let cfa = offset(base, cfa_offset)?;
    let ip = Avma(read(offset(cfa, return_offset)?)?);
    let bp = match caller_bp {
        CallerBp::Same => registers.bp,
        CallerBp::Saved(at) => {
            let at = offset(cfa, at)?;
            match read(at) {
                Some(bp) => Avma(bp),
                // In an epilogue the table may still name the slot below the stack pointer from which the register was
                // popped a moment ago.
                None if at < registers.sp => registers.bp,
                None => return None,
            }
        }
    };
    Some(Step::Caller {
        registers: Registers { ip, sp: cfa, bp },
        is_interrupted: false,
    })
}

fn step_by_row(
    row: &gimli::UnwindTableRow<usize>,
    section: &EhFrame<Slice<'_>>,
    is_signal: bool,
    registers: Registers,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Step> {
    let evaluate = |expression: &UnwindExpression<usize>, cfa| evaluate(expression, section, registers, cfa, read);
    let cfa = match row.cfa() {
        CfaRule::RegisterAndOffset {
            register,
            offset: distance,
        } => offset(Avma(value_of(*register, registers)?), *distance)?,
        CfaRule::Expression(expression) => evaluate(expression, None)?,
    };
    let caller_value = |register: Register| match row.register(register) {
        None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => value_of(register, registers),
        Some(RegisterRule::Offset(distance)) => read(offset(cfa, distance)?),
        Some(RegisterRule::ValOffset(distance)) => Some(offset(cfa, distance)?.0),
        Some(RegisterRule::Register(other)) => value_of(other, registers),
        Some(RegisterRule::Expression(expression)) => read(evaluate(&expression, Some(cfa))?),
        Some(RegisterRule::ValExpression(expression)) => Some(evaluate(&expression, Some(cfa))?.0),
        Some(_) => None,
    };
    Some(Step::Caller {
        registers: Registers {
            ip: Avma(caller_value(X86_64::RA)?),
            sp: cfa,
            bp: Avma(caller_value(X86_64::RBP)?),
        },
        is_interrupted: is_signal,
    })
}

/// Computes an expression. `cfa` starts on its stack, where the rule says so.
fn evaluate(
    expression: &UnwindExpression<usize>,
    section: &EhFrame<Slice<'_>>,
    registers: Registers,
    cfa: Option<Avma>,
    read: &impl Fn(Avma) -> Option<u64>,
) -> Option<Avma> {
    let encoding = gimli::Encoding {
        address_size: 8,
        format: gimli::Format::Dwarf32,
        version: 4,
    };
    let mut evaluation = Evaluation::new(expression.get(section).ok()?.0, encoding);
    evaluation.set_max_iterations(MAX_EXPRESSION_STEPS);
    if let Some(cfa) = cfa {
        evaluation.set_initial_value(cfa.0);
    }
    let mut result = evaluation.evaluate().ok()?;
    loop {
        result = match result {
            EvaluationResult::Complete => break,
            EvaluationResult::RequiresRegister { register, .. } => {
                let value = value_of(register, registers)?;
                evaluation.resume_with_register(Value::Generic(value)).ok()?
            }
            EvaluationResult::RequiresMemory { address, size: 8, .. } => {
                let value = read(Avma(address))?;
                evaluation.resume_with_memory(Value::Generic(value)).ok()?
            }
            _ => return None,
        };
    }
    match evaluation.as_result().last()?.location {
        Location::Address { address } => Some(Avma(address)),
        _ => None,
    }
}

fn value_of(register: Register, registers: Registers) -> Option<u64> {
    match register {
        X86_64::RSP => Some(registers.sp.0),
        X86_64::RBP => Some(registers.bp.0),
        X86_64::RA => Some(registers.ip.0),
        _ => None,
    }
}

fn offset(base: Avma, distance: i64) -> Option<Avma> {
    base.0.checked_add_signed(distance).map(Avma)
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
        let image = image();
        let table = UnwindTable::new(&image);
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
            let table = UnwindTable::new(&image);
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

    #[test]
    fn an_endless_expression_is_cut_off() {
        // DW_OP_skip back to itself.
        let endless: &[u8] = &[0x2f, 0xfd, 0xff];
        let section = Section {
            svma: Svma(0),
            bytes: endless.into(),
        };
        let table = UnwindTable {
            eh_frame: section,
            ..UnwindTable::default()
        };
        let expression = UnwindExpression { offset: 0, length: 3 };
        assert_eq!(evaluate(&expression, &table.section(), registers(), None, &read), None);
    }
}
