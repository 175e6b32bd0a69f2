//! From a raw stack to code addresses: unwinds by table what the dump covers, then splices the frame-pointer chain on.
//!
//! Frame pointers alone lose the caller of every function that has no frame (libc's `memcpy`, prologues, epilogues).
//! The dump alone ends after some kilobytes. Each frame pointer in the chain is known as long as its slot lies in the dump,
//! so the two are joined where the unwound frame pointer *is* the chain's: no guess by equal return addresses, which
//! recursion would fool.

use crate::address::{AddressKind, Avma, CodeAddress, ModuleId, Svma};
use crate::address_hash::AddressMap;
use crate::earlier::{EarlierStacks, FrameKey};
use crate::modules::{Module, Modules};
use crate::roots::{MAX_CALL_BYTES, ends_in_call};
use crate::unwind_rule::{Base, Offsets, Registers, Rule, Step};
use gimli::UnwindContext;
use std::fmt;

/// A deeper stack is cut off; perf's own limit for a chain is 127, the agent's may be set higher.
const MAX_FRAMES: usize = 1024;
/// A program with more different addresses on its stacks starts the cache anew.
const MAX_CACHED_SITES: usize = 1 << 17;
/// Nearer to the leaf callers change too often to be taken from earlier stacks.
const MIN_COMPLETED_BYTES: u64 = 512;

/// A raw stack, as sampled.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserStack<'a> {
    /// The instruction that was about to run.
    pub ip: Avma,
    /// The stack pointer.
    pub sp: Avma,
    /// The frame pointer register, whatever it held.
    pub bp: Avma,
    /// The memory from `sp` up; as much as there is, may be empty.
    pub dump: &'a [u8],
    /// Return addresses found by frame pointers, starting with the one beside `bp`, leaf first. A first element equal to
    /// `ip` (the kernel puts one there) is passed over. May be empty, and may end in garbage.
    pub chain: &'a [u64],
}

/// The part of an address space that unwinding keeps: what was found out about its code and about its stacks.
#[derive(Default)]
pub(crate) struct Unwinder {
    sites: AddressMap<(Avma, AddressKind), Site>,
    context: Box<UnwindContext<usize>>,
    earlier: EarlierStacks,
    /// Frames of the current stack whose place is known, with their positions on it.
    frames: Vec<(FrameKey, usize)>,
    n_completed: u64,
}

/// What is known about one address.
#[derive(Clone, Copy, Debug)]
struct Site {
    address: CodeAddress,
    rule: Rule,
    is_root: bool,
    /// False when no call instruction stands before the address.
    can_be_return: bool,
    /// Where the function begins, if it finds its frame by the frame pointer here.
    framed_function: Option<Svma>,
}

/// How a stack ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Root,
    /// It goes on, from a frame with this frame pointer.
    CutOff {
        bp: Avma,
    },
}

impl UserStack<'_> {
    fn read(&self, at: Avma) -> Option<u64> {
        let start = usize::try_from(at.0.checked_sub(self.sp.0)?).ok()?;
        let bytes = self.dump.get(start..start.checked_add(8)?)?;
        bytes.try_into().ok().map(u64::from_le_bytes)
    }

    fn return_addresses(&self) -> &[u64] {
        match self.chain {
            [first, rest @ ..] if *first == self.ip.0 => rest,
            chain => chain,
        }
    }
}

impl Unwinder {
    /// Forgets all that was known: the process has mapped other code.
    pub(crate) fn forget_code(&mut self) {
        self.sites.clear();
        self.earlier = EarlierStacks::default();
    }

    /// How many stacks were completed by what earlier ones held.
    pub(crate) fn n_completed(&self) -> u64 {
        self.n_completed
    }

    /// See [`crate::AddressSpace::unwind`].
    pub(crate) fn unwind(
        &mut self,
        modules: &Modules,
        locate: &impl Fn(Avma, AddressKind) -> Option<CodeAddress>,
        stack: &UserStack<'_>,
        out: &mut Vec<CodeAddress>,
    ) -> bool {
        let n_before = out.len();
        self.frames.clear();
        let end = self.unwind_dump(modules, locate, stack, out);
        let is_truncated = match end {
            End::Root => false,
            End::CutOff { bp } => self.splice(modules, locate, stack, bp, n_before, out),
        };
        if !is_truncated {
            self.earlier.remember(&out[n_before..], &self.frames);
        }
        is_truncated && !self.complete(stack.sp, n_before, out)
    }

    /// Unwinds by table as far as the dump reaches.
    fn unwind_dump(
        &mut self,
        modules: &Modules,
        locate: &impl Fn(Avma, AddressKind) -> Option<CodeAddress>,
        stack: &UserStack<'_>,
        out: &mut Vec<CodeAddress>,
    ) -> End {
        let n_before = out.len();
        let mut registers = Registers {
            ip: stack.ip,
            sp: stack.sp,
            bp: stack.bp,
        };
        let Some(mut site) = self.site(modules, locate, stack.ip, AddressKind::Instruction) else {
            // A jump into nowhere, or a mapping that was not reported. The callers are known all the same.
            out.push(unmapped(stack.ip));
            return End::CutOff { bp: stack.bp };
        };
        loop {
            let position = out.len() - n_before;
            self.frames.extend(site.key(registers.bp).map(|key| (key, position)));
            out.push(site.address);
            if site.is_root {
                return End::Root;
            }
            let module = modules.module(site.address.module);
            let svma = site.address.lookup_svma();
            let read = |at| stack.read(at);
            let step = module
                .unwind_table
                .step(svma, site.rule, registers, &mut self.context, &read);
            // Start code and hand-written assembly often have no entry in the table, and no frame either.
            let is_guess = step == Step::Lost && position == 0 && site.rule == Rule::Unknown && module.is_elf();
            let step = if is_guess { returned(registers, &read) } else { step };
            let (caller, kind) = match step {
                Step::Root => return End::Root,
                Step::Lost => return End::CutOff { bp: registers.bp },
                Step::Caller {
                    registers,
                    is_interrupted,
                } if is_interrupted => (registers, AddressKind::Instruction),
                Step::Caller { registers, .. } => (registers, AddressKind::Return),
            };
            let is_progress = caller.sp > registers.sp && position + 1 < MAX_FRAMES;
            let is_plausible = |site: &Site| is_progress && (site.can_be_return || !is_guess);
            match self.site(modules, locate, caller.ip, kind).filter(is_plausible) {
                Some(caller_site) => (registers, site) = (caller, caller_site),
                None => return End::CutOff { bp: registers.bp },
            }
        }
    }

    /// Appends what the chain holds rootwards of the last frame in `out`, where the frame pointer was `bp`. Returns
    /// whether the stack is truncated still.
    fn splice(
        &mut self,
        modules: &Modules,
        locate: &impl Fn(Avma, AddressKind) -> Option<CodeAddress>,
        stack: &UserStack<'_>,
        bp: Avma,
        n_before: usize,
        out: &mut Vec<CodeAddress>,
    ) -> bool {
        let chain = self.valid_chain(modules, locate, stack.return_addresses());
        let reaches_root = chain.last().is_some_and(|site| site.is_root);
        let n_passed = n_frame_pointers_passed(stack, bp).or_else(|| n_addresses_passed(&chain, &out[n_before + 1..]));
        let n_passed = match n_passed {
            Some(n_passed) => n_passed.min(chain.len()),
            None if reaches_root || chain.len() > out.len() - n_before => 0,
            None => return true,
        };
        let n_free = MAX_FRAMES.saturating_sub(out.len() - n_before);
        let rest = &chain[n_passed..];
        out.extend(rest.iter().take(n_free).map(|site| site.address));
        !reaches_root || rest.is_empty() || rest.len() > n_free
    }

    /// Completes a stack that was cut off by what an earlier one held above its last frame. Returns whether it could.
    fn complete(&mut self, sp: Avma, n_before: usize, out: &mut Vec<CodeAddress>) -> bool {
        let n_frames = out.len() - n_before;
        let is_far = |frame_pointer: Avma| frame_pointer.0.wrapping_sub(sp.0) >= MIN_COMPLETED_BYTES;
        let last = self
            .frames
            .last()
            .filter(|&&(key, position)| position + 1 == n_frames && is_far(key.frame_pointer));
        let Some(callers) = last.and_then(|(key, _)| self.earlier.callers(key)) else {
            return false;
        };
        out.extend_from_slice(callers);
        self.n_completed += 1;
        true
    }

    /// The chain up to the first address that no call can return to, or to the root.
    fn valid_chain(
        &mut self,
        modules: &Modules,
        locate: &impl Fn(Avma, AddressKind) -> Option<CodeAddress>,
        chain: &[u64],
    ) -> Vec<Site> {
        let mut sites = Vec::with_capacity(chain.len());
        for &address in chain.iter().take(MAX_FRAMES) {
            match self.site(modules, locate, Avma(address), AddressKind::Return) {
                Some(site) if site.can_be_return => sites.push(site),
                _ => break,
            }
            if sites.last().is_some_and(|site| site.is_root) {
                break;
            }
        }
        sites
    }

    fn site(
        &mut self,
        modules: &Modules,
        locate: &impl Fn(Avma, AddressKind) -> Option<CodeAddress>,
        avma: Avma,
        kind: AddressKind,
    ) -> Option<Site> {
        if let Some(site) = self.sites.get(&(avma, kind)) {
            return Some(*site);
        }
        let address = locate(avma, kind)?;
        let module = modules.module(address.module);
        let svma = address.lookup_svma();
        if kind == AddressKind::Return && !module.image.may_be_code(svma) {
            return None;
        }
        let rule = module.unwind_table.rule_at(svma, &mut self.context);
        let is_framed = matches!(rule, Rule::Offsets(Offsets { cfa_base: Base::Bp, .. }));
        let function = module.unwind_table.function_at(svma).filter(|_| is_framed);
        let site = Site {
            address,
            rule,
            framed_function: function.map(|function| function.start),
            is_root: module.roots.contains(svma),
            can_be_return: kind == AddressKind::Return && can_be_return(module, address.svma),
        };
        if self.sites.len() >= MAX_CACHED_SITES {
            self.sites.clear();
        }
        self.sites.insert((avma, kind), site);
        Some(site)
    }
}

impl Site {
    /// The frame of this function, if its place is known by the frame pointer.
    fn key(&self, frame_pointer: Avma) -> Option<FrameKey> {
        self.framed_function.map(|function| FrameKey {
            frame_pointer,
            module: self.address.module,
            function,
        })
    }
}

impl fmt::Debug for Unwinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unwinder")
            .field("n_sites", &self.sites.len())
            .finish_non_exhaustive()
    }
}

/// The step out of a function that has not touched the stack.
fn returned(registers: Registers, read: &impl Fn(Avma) -> Option<u64>) -> Step {
    read(registers.sp).map_or(Step::Lost, |return_address| Step::Caller {
        registers: Registers {
            ip: Avma(return_address),
            sp: Avma(registers.sp.0.saturating_add(8)),
            bp: registers.bp,
        },
        is_interrupted: false,
    })
}

/// How many elements of the chain lie leafwards of a frame pointer `bp`. `None` when the chain never had it, as far as
/// the dump shows.
fn n_frame_pointers_passed(stack: &UserStack<'_>, bp: Avma) -> Option<usize> {
    let mut frame_pointer = stack.bp;
    for (n_passed, &return_address) in stack.return_addresses().iter().enumerate() {
        let return_slot = Avma(frame_pointer.0.checked_add(8)?);
        if stack.read(return_slot).is_some_and(|stored| stored != return_address) {
            return None;
        }
        if frame_pointer == bp {
            return Some(n_passed);
        }
        let next = Avma(stack.read(frame_pointer)?);
        if next <= frame_pointer {
            return None;
        }
        frame_pointer = next;
    }
    None
}

/// The same by comparing addresses: for a chain that does not start at the stack's `bp`, or that contradicts the table.
/// The longest overlap of the end of `unwound` with the start of the chain counts.
fn n_addresses_passed(chain: &[Site], unwound: &[CodeAddress]) -> Option<usize> {
    let is_overlap = |tail: &[CodeAddress]| {
        tail.len() <= chain.len() && tail.iter().zip(chain).all(|(frame, site)| *frame == site.address)
    };
    (0..unwound.len())
        .find(|&first| is_overlap(&unwound[first..]))
        .map(|first| unwound.len() - first)
}

fn can_be_return(module: &Module, svma: Svma) -> bool {
    let mut before = [0; MAX_CALL_BYTES];
    let start = Svma(svma.0.saturating_sub(MAX_CALL_BYTES as u64));
    // What cannot be read is believed.
    module.read_code(start, &mut before) < MAX_CALL_BYTES
        || ends_in_call(&before)
        || module.unwind_table.is_signal_frame(Svma(svma.0.saturating_sub(1)))
}

fn unmapped(ip: Avma) -> CodeAddress {
    CodeAddress {
        module: ModuleId::UNKNOWN,
        svma: Svma(ip.0),
        kind: AddressKind::Instruction,
    }
}
