//! Frames and stacks, interned.
//!
//! Invariant: every [`FrameId`] in a stack exists in the frame table, every [`StackId`] handed out exists in the stack table.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Index of a [`Frame`] in [`Tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FrameId(pub u32);

/// Index of a [`Stack`] in [`Tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StackId(pub u32);

/// Whose code a frame is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Origin {
    /// A workspace member or path dependency: the user's own code. Holds the package's name where known.
    User(Option<String>),
    /// A registry or git dependency.
    Dependency {
        /// Package name, with hyphens as in `Cargo.toml`.
        name: String,
        /// Version, where the source path tells it.
        version: Option<String>,
    },
    /// `core`, `alloc`, `std` and the crates that they are made of.
    Std,
    /// libc, the dynamic loader, and other shared libraries. Holds the library's file name.
    System(String),
    /// The kernel.
    Kernel,
    /// The agent's own code.
    Agent,
    /// No debug information tells.
    #[default]
    Unknown,
}

/// One logical frame: a function at a source position. Inlined calls have frames of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// Demangled name without hash: `quad::dedup`, `<alloc::vec::Vec<T> as Clone>::clone`. `[unknown]` when nothing names it.
    pub function: String,
    /// Absolute source path as the debug information states it.
    pub file: Option<String>,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
    /// Whose code it is.
    pub origin: Origin,
    /// True when the compiler inlined this call into the next frame towards the root.
    pub is_inlined: bool,
}

/// A logical call stack, leaf first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stack {
    /// Frames from the leaf (where the cost fell) to the root.
    pub frames: Vec<FrameId>,
    /// True when unwinding ended before the thread's first frame.
    pub is_truncated: bool,
}

/// The frames and stacks of a profile, each stored once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    frames: Vec<Frame>,
    stacks: Vec<Stack>,
    #[serde(skip)]
    frame_ids: HashMap<Frame, FrameId>,
    #[serde(skip)]
    stack_ids: HashMap<Stack, StackId>,
}

impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        self.frames == other.frames && self.stacks == other.stacks
    }
}

impl Tables {
    /// The id of an equal frame, added if there is none.
    pub fn intern_frame(&mut self, frame: Frame) -> FrameId {
        if let Some(&id) = self.frame_ids.get(&frame) {
            return id;
        }
        let id = FrameId(self.frames.len() as u32);
        self.frame_ids.insert(frame.clone(), id);
        self.frames.push(frame);
        id
    }

    /// The id of an equal stack, added if there is none.
    pub fn intern_stack(&mut self, stack: Stack) -> StackId {
        if let Some(&id) = self.stack_ids.get(&stack) {
            return id;
        }
        let id = StackId(self.stacks.len() as u32);
        self.stack_ids.insert(stack.clone(), id);
        self.stacks.push(stack);
        id
    }

    /// The frame with this id.
    pub fn frame(&self, id: FrameId) -> &Frame {
        &self.frames[id.0 as usize]
    }

    /// The stack with this id.
    pub fn stack(&self, id: StackId) -> &Stack {
        &self.stacks[id.0 as usize]
    }

    /// The frames of a stack, leaf first.
    pub fn frames_of(
        &self,
        id: StackId,
    ) -> impl DoubleEndedIterator<Item = (FrameId, &Frame)> + ExactSizeIterator + '_ {
        self.stack(id)
            .frames
            .iter()
            .map(|&frame_id| (frame_id, self.frame(frame_id)))
    }

    /// Number of distinct frames.
    pub fn n_frames(&self) -> usize {
        self.frames.len()
    }

    /// All distinct frames.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter()
    }

    /// Number of distinct stacks.
    pub fn n_stacks(&self) -> usize {
        self.stacks.len()
    }

    /// True when every frame id in every stack exists: what a loaded file must satisfy.
    pub(crate) fn is_consistent(&self) -> bool {
        self.stacks
            .iter()
            .flat_map(|stack| &stack.frames)
            .all(|id| (id.0 as usize) < self.frames.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stacks_are_stored_once() {
        let mut tables = Tables::default();
        let frame = |tables: &mut Tables, name: &str| {
            tables.intern_frame(Frame {
                function: name.into(),
                ..Frame::default()
            })
        };
        let (leaf, root) = (frame(&mut tables, "leaf"), frame(&mut tables, "root"));
        let stack = Stack {
            frames: vec![leaf, root],
            is_truncated: false,
        };
        assert_eq!(tables.intern_stack(stack.clone()), tables.intern_stack(stack));
        assert_eq!((tables.n_frames(), tables.n_stacks()), (2, 1));
    }
}
