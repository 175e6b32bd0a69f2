//! Books the rows of a profile: builds the call tree and adds every measurement to its entry.

use super::classify::{self, Reading};
use super::facts::{Facts, Role};
use super::{Cost, Entry, GrowthCost, HeapCost, IoCost, Ledger, Node, NodeId, Row, Scope, SiteId, WaitCost, time};
use crate::operation_mark::io_call;
use crate::{CallId, FrameId, Operation, Profile, StackId, TimeClass, Work};
use rustc_hash::FxHashMap;

impl Ledger {
    /// Books every cost of a profile under site × operation. The same profile and scope give the same ledger.
    pub fn book(profile: &Profile, scope: &Scope) -> Self {
        let mut booking = Booking::new(profile, scope);
        booking.book_cpu();
        booking.book_heap();
        booking.book_waits();
        booking.book_io();
        for row in &profile.wakes {
            booking.place(row.stack);
        }
        booking.name_hashes();
        let Booking {
            facts,
            tree,
            mut entries,
            places,
            ..
        } = booking;
        let (time, total_s) = time::settle(profile, &mut entries);
        let mut ledger = Self {
            sites: facts.sites,
            calls: facts.calls,
            nodes: tree.nodes,
            entries,
            rows: Vec::new(),
            places: places.into_iter().map(|place| Some(place?.node)).collect(),
            time,
            total_s,
            scope: scope.clone(),
        };
        ledger.rows = rows_of(&ledger);
        ledger
    }
}

/// The call tree while it grows.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    ids: FxHashMap<(Option<NodeId>, SiteId, Option<CallId>), NodeId>,
}

impl Tree {
    fn node(&mut self, parent: Option<NodeId>, site: SiteId, call: Option<CallId>) -> NodeId {
        *self.ids.entry((parent, site, call)).or_insert_with(|| {
            self.nodes.push(Node { parent, site, call });
            NodeId(self.nodes.len() as u32 - 1)
        })
    }
}

struct Booking<'a> {
    profile: &'a Profile,
    facts: Facts,
    tree: Tree,
    entries: Vec<Entry>,
    entry_ids: FxHashMap<(NodeId, Work, TimeClass), usize>,
    /// Where each stack was booked, once it was: node and reading. Indexed by stack.
    places: Vec<Option<Place>>,
    /// What the stack of each entry weighs, to keep the heaviest.
    stack_weights: Vec<u64>,
}

struct Place {
    node: NodeId,
    site_at: usize,
    work: Work,
    class: TimeClass,
}

impl<'a> Booking<'a> {
    fn new(profile: &'a Profile, scope: &Scope) -> Self {
        Self {
            profile,
            facts: Facts::of(&profile.tables, scope),
            tree: Tree::default(),
            entries: Vec::new(),
            entry_ids: FxHashMap::default(),
            places: (0..profile.tables.n_stacks()).map(|_| None).collect(),
            stack_weights: Vec::new(),
        }
    }

    /// Where a stack belongs; `None` for a stack without frames.
    fn place(&mut self, stack: StackId) -> Option<&Place> {
        let slot = stack.0 as usize;
        if self.places[slot].is_none() {
            let frames = &self.profile.tables.stack(stack).frames;
            let Reading {
                site_at,
                is_user,
                work,
                class,
            } = classify::read(frames, &self.facts)?;
            let node = add_path(&mut self.tree, &self.facts, frames, site_at, is_user);
            self.places[slot] = Some(Place {
                node,
                site_at,
                work,
                class,
            });
        }
        self.places[slot].as_ref()
    }

    /// The cost to add to, for a stack booked as this work.
    fn cost(&mut self, node: NodeId, work: Work, class: TimeClass, stack: StackId, weight: u64) -> &mut Cost {
        let next = self.entries.len();
        let index = *self.entry_ids.entry((node, work.clone(), class)).or_insert(next);
        if index == next {
            self.entries.push(Entry {
                node,
                work,
                class,
                cost: Cost::default(),
                stack,
            });
            self.stack_weights.push(weight);
        } else if weight > self.stack_weights[index] {
            self.stack_weights[index] = weight;
            self.entries[index].stack = stack;
        }
        &mut self.entries[index].cost
    }

    fn book_cpu(&mut self) {
        for row in &self.profile.cpu {
            let Some(place) = self.place(row.stack) else { continue };
            let (node, work, class) = (place.node, place.work.clone(), place.class);
            let cost = self.cost(node, work, class, row.stack, row.cpu_ns);
            cost.cpu_ns += row.cpu_ns;
            cost.samples += row.samples;
        }
    }

    fn book_heap(&mut self) {
        for row in &self.profile.allocations {
            let Some(node) = self.place(row.stack).map(|place| place.node) else {
                continue;
            };
            let cost = self.cost(node, Work::Alloc, TimeClass::Allocate, row.stack, 0);
            cost.heap.get_or_insert_default().add(&HeapCost {
                samples: row.samples,
                allocations: row.allocations,
                bytes: row.bytes,
                freed: row.freed,
                freed_by_other_thread: row.freed_by_other_thread,
                size: row.size,
                lifetime_ns: row.lifetime_ns,
                grown: row.grown,
                growths_per_chain: row.growths_per_chain,
                final_size: row.final_size,
            });
        }
        for row in &self.profile.growths {
            let Some(node) = self.place(row.stack).map(|place| place.node) else {
                continue;
            };
            let cost = self.cost(node, Work::Grow, TimeClass::Allocate, row.stack, 0);
            cost.growth.get_or_insert_default().add(&GrowthCost {
                samples: row.samples,
                growths: row.growths,
                moves: row.moves,
                moved_bytes: row.moved_bytes,
                added_bytes: row.added_bytes,
                old_size: row.old_size,
                new_size: row.new_size,
            });
        }
    }

    fn book_waits(&mut self) {
        for row in &self.profile.waits {
            let Some(place) = self.place(row.stack) else { continue };
            let (node, site_at) = (place.node, place.site_at);
            let frames = &self.profile.tables.stack(row.stack).frames;
            let (work, class) = classify::wait_work(row.kind, frames, site_at, &self.facts);
            self.cost(node, work, class, row.stack, row.total_ns)
                .add_wait(&WaitCost {
                    kind: row.kind,
                    address: row.address,
                    thread: row.thread,
                    count: row.count,
                    total_ns: row.total_ns,
                    max_ns: row.max_ns,
                });
        }
    }

    fn book_io(&mut self) {
        for row in &self.profile.io {
            let Some(node) = self.place(row.stack).map(|place| place.node) else {
                continue;
            };
            let work = Work::Syscall(io_call(&row.call).to_owned());
            self.cost(node, work, TimeClass::Io, row.stack, row.total_ns)
                .add_io(&IoCost {
                    call: row.call.clone(),
                    fd_kind: row.fd_kind,
                    count: row.count,
                    errors: row.errors,
                    bytes: row.bytes,
                    total_ns: row.total_ns,
                    max_ns: row.max_ns,
                    size: row.size,
                });
        }
    }
}

impl Booking<'_> {
    /// Some stacks say only that something was hashed (`hash_one` inlined away its hasher). The hash function is known
    /// from the other stacks of the same node.
    fn name_hashes(&mut self) {
        let named: FxHashMap<NodeId, String> = self
            .entries
            .iter()
            .filter_map(|entry| match &entry.work {
                Work::Hash(name) if !name.is_empty() => Some((entry.node, name.clone())),
                _ => None,
            })
            .collect();
        let mut homes: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut kept: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for mut entry in self.entries.drain(..) {
            if let Work::Hash(name) = &mut entry.work {
                if let Some(known) = named.get(&entry.node).filter(|_| name.is_empty()) {
                    name.clone_from(known);
                }
                if named.get(&entry.node).is_some_and(|known| known == name) {
                    if let Some(&home) = homes.get(&entry.node) {
                        kept[home].cost.add(&entry.cost);
                        continue;
                    }
                    homes.insert(entry.node, kept.len());
                }
            }
            kept.push(entry);
        }
        self.entries = kept;
    }
}

/// Adds the user frames of a stack to the tree, root first, and gives the site's node.
fn add_path(tree: &mut Tree, facts: &Facts, frames: &[FrameId], site_at: usize, is_user: bool) -> NodeId {
    let mut parent = None;
    for at in (site_at + 1..frames.len()).rev() {
        let fact = facts.frame(frames[at]);
        if is_user && fact.role == Role::User {
            let call = classify::call_below(frames, at, facts);
            parent = Some(tree.node(parent, fact.site, call));
        }
    }
    let call = classify::call_below(frames, site_at, facts);
    tree.node(parent, facts.frame(frames[site_at]).site, call)
}

/// Sums entries up by site and operation, most seconds first; ties in order of appearance.
fn rows_of(ledger: &Ledger) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row_ids: FxHashMap<(SiteId, Operation, TimeClass), usize> = FxHashMap::default();
    for entry in &ledger.entries {
        let node = ledger.node(entry.node);
        let operation = Operation {
            call: node.call,
            work: entry.work.clone(),
        };
        let next = rows.len();
        let key = (node.site, operation.clone(), entry.class);
        let index = *row_ids.entry(key).or_insert(next);
        if index == next {
            rows.push(Row {
                site: node.site,
                operation,
                class: entry.class,
                cost: Cost::default(),
                share: 0.0,
            });
        }
        rows[index].cost.add(&entry.cost);
    }
    for row in &mut rows {
        row.share = ledger.share_of(row.cost.seconds);
    }
    rows.sort_by(|a, b| b.cost.seconds.total_cmp(&a.cost.seconds));
    rows
}
