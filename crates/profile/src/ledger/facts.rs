//! What each frame is to the ledger, worked out once per frame instead of once per stack.

use super::{Scope, Site, SiteId};
use crate::operation_mark::{self, Mark};
use crate::{Call, CallId, Frame, FrameId, Origin, Tables, operation_name};
use rustc_hash::FxHashMap;

/// What one frame is to the ledger.
pub(super) struct Fact {
    pub(super) role: Role,
    pub(super) mark: Option<Mark>,
    /// The library call that the frame is, unless it is glue.
    pub(super) call: Option<CallId>,
    pub(super) site: SiteId,
    /// Only an allocator runs below it.
    pub(super) is_allocator_entry: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// In scope: user code.
    User,
    /// A dependency that is out of scope.
    Dependency,
    /// The standard library.
    Std,
    /// libc and other shared libraries, the agent, frames without a name.
    System,
    Kernel,
}

/// The facts of all frames of a profile, and the sites and calls that they name.
#[derive(Default)]
pub(super) struct Facts {
    by_frame: Vec<Fact>,
    pub(super) sites: Vec<Site>,
    pub(super) calls: Vec<Call>,
    site_ids: FxHashMap<Site, SiteId>,
    call_ids: FxHashMap<Call, CallId>,
}

impl Facts {
    pub(super) fn of(tables: &Tables, scope: &Scope) -> Self {
        let mut facts = Self::default();
        for index in 0..tables.n_frames() {
            let fact = facts.fact(tables.frame(FrameId(index as u32)), scope);
            facts.by_frame.push(fact);
        }
        facts
    }

    pub(super) fn frame(&self, id: FrameId) -> &Fact {
        &self.by_frame[id.0 as usize]
    }

    fn fact(&mut self, frame: &Frame, scope: &Scope) -> Fact {
        let role = role_of(frame, scope);
        let library = match &frame.origin {
            Origin::Dependency { name, .. } => name.as_str(),
            Origin::User(Some(name)) => name.as_str(),
            _ => "std",
        };
        let call = match role {
            Role::Std | Role::Dependency => operation_name::library_call(&frame.function, library),
            Role::User | Role::System | Role::Kernel => None,
        };
        let call = call.map(|name| {
            self.call_id(Call {
                name,
                library: library.to_owned(),
                owner: operation_name::owner(&frame.function),
            })
        });
        let site = self.site_id(site_of(frame, role));
        Fact {
            role,
            mark: operation_mark::mark_of(frame),
            call,
            site,
            is_allocator_entry: operation_mark::is_allocator_entry(frame),
        }
    }

    pub(super) fn site_id(&mut self, site: Site) -> SiteId {
        *self.site_ids.entry(site).or_insert_with_key(|site| {
            self.sites.push(site.clone());
            SiteId(self.sites.len() as u32 - 1)
        })
    }

    fn call_id(&mut self, call: Call) -> CallId {
        *self.call_ids.entry(call).or_insert_with_key(|call| {
            self.calls.push(call.clone());
            CallId(self.calls.len() as u32 - 1)
        })
    }
}

/// The place at which a frame stands.
pub(crate) fn site(frame: &Frame, scope: &Scope) -> Site {
    site_of(frame, role_of(frame, scope))
}

fn site_of(frame: &Frame, role: Role) -> Site {
    Site {
        file: frame.file.clone(),
        line: frame.line,
        column: frame.column,
        function: match role {
            Role::System | Role::Kernel => frame.function.clone(),
            _ => operation_name::user_function(&frame.function),
        },
        is_user: role == Role::User,
    }
}

/// Whether a frame counts as the user's in a scope.
pub(crate) fn is_user(frame: &Frame, scope: &Scope) -> bool {
    role_of(frame, scope) == Role::User
}

fn role_of(frame: &Frame, scope: &Scope) -> Role {
    match &frame.origin {
        Origin::User(_) if is_shim(&frame.function) => Role::System,
        Origin::User(_) => Role::User,
        Origin::Dependency { name, .. } => match scope {
            Scope::AllDependencies => Role::User,
            Scope::Dependencies(names) if names.iter().any(|wanted| is_same_package(wanted, name)) => Role::User,
            _ => Role::Dependency,
        },
        Origin::Std => Role::Std,
        Origin::Kernel => Role::Kernel,
        Origin::System(_) | Origin::Agent | Origin::Unknown => Role::System,
    }
}

/// Symbols that the compiler makes inside the user's crate and that nobody wrote.
fn is_shim(function: &str) -> bool {
    matches!(function, "main" | "_start") || function.starts_with("__rust_") || function.starts_with("__rustc::")
}

/// Package names are one whether written with hyphens or underscores.
fn is_same_package(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.replace('-', "_");
    plain(a) == plain(b)
}
