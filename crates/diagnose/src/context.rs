//! What a rule may look at: the profile, the ledger with its call tree both ways, and the syntax around its sites.

use crate::editor::Editor;
use crate::rank::surely;
use crate::syntax::{CallExpr, FileSyntax, Function, Local, Loop, LoopKind, Position, Span};
use crate::{EntryIdx, Evidence, Place, Sources, evidence};
use profile::{Entry, Frame, Ledger, Node, NodeId, Profile, Site, SiteId, StackId};
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

/// A site with a smaller share of the run is part of no finding: rules need not look at it, nor parse its file.
const WARM: f64 = 0.001;

/// What a rule may look at.
pub(crate) struct Context<'a> {
    profile: &'a Profile,
    ledger: &'a Ledger,
    sources: &'a Sources,
    /// Parsed when first asked for: most files hold nothing that costs.
    syntax: HashMap<&'a str, OnceCell<Option<FileSyntax>>>,
    /// Seconds of each node and of everything below it.
    subtree_s: Vec<f64>,
    /// Whether a site is the user's and costs enough to look at, by site.
    is_warm: Vec<bool>,
    /// Entries by node.
    entries_of: Vec<Vec<EntryIdx>>,
    children: Vec<Vec<NodeId>>,
}

/// An entry with the node and site that it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Booked<'a> {
    pub(crate) idx: EntryIdx,
    pub(crate) entry: &'a Entry,
    pub(crate) site: &'a Site,
    /// Name of the library call, `""` when the site's own instructions ran.
    pub(crate) call: &'a str,
    /// Owner of the library call, see [`profile::Call::owner`].
    pub(crate) owner: &'a str,
}

impl<'a> Context<'a> {
    pub(crate) fn new(profile: &'a Profile, ledger: &'a Ledger, sources: &'a Sources) -> Self {
        let mut subtree_s = vec![0.0; ledger.nodes.len()];
        let mut entries_of = vec![Vec::new(); ledger.nodes.len()];
        let mut children = vec![Vec::new(); ledger.nodes.len()];
        for (index, entry) in ledger.entries.iter().enumerate() {
            subtree_s[entry.node.0 as usize] += entry.cost.seconds;
            entries_of[entry.node.0 as usize].push(EntryIdx(index));
        }
        // Parents stand before their children.
        for (index, node) in ledger.nodes.iter().enumerate().rev() {
            if let Some(parent) = node.parent {
                subtree_s[parent.0 as usize] += subtree_s[index];
                children[parent.0 as usize].push(NodeId(index as u32));
            }
        }
        let mut site_s = vec![0.0; ledger.sites.len()];
        for (node, seconds) in ledger.nodes.iter().zip(&subtree_s) {
            site_s[node.site.0 as usize] += seconds;
        }
        let is_warm = |(site, &seconds): (&Site, &f64)| site.is_user && ledger.share_of(seconds) >= WARM;
        Self {
            is_warm: ledger.sites.iter().zip(&site_s).map(is_warm).collect(),
            profile,
            ledger,
            sources,
            syntax: sources.paths().map(|path| (path, OnceCell::new())).collect(),
            subtree_s,
            entries_of,
            children,
        }
    }

    pub(crate) fn profile(&self) -> &'a Profile {
        self.profile
    }

    pub(crate) fn ledger(&self) -> &'a Ledger {
        self.ledger
    }

    /// The text of a source file.
    pub(crate) fn text(&self, file: &str) -> Option<&'a str> {
        self.sources.text(file)
    }

    /// An editor of a source file that was handed in.
    pub(crate) fn editor(&self, file: &str) -> Option<Editor<'a>> {
        let (path, _) = self.syntax.get_key_value(file)?;
        Editor::new(self, path)
    }

    /// Paths of the source files that were handed in, in order.
    pub(crate) fn file_paths(&self) -> impl Iterator<Item = &'a str> {
        self.sources.paths()
    }

    /// The nodes of the call tree at user sites that cost something, parents first.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeId, &'a Node, &'a Site)> + '_ {
        let numbered = self.ledger.nodes.iter().enumerate();
        numbered
            .filter(|(_, node)| self.is_warm(node.site))
            .map(|(index, node)| (NodeId(index as u32), node, self.ledger.site(node.site)))
    }

    /// Whether a site is the user's and, with all that it calls, costs enough to look at.
    pub(crate) fn is_warm(&self, site: SiteId) -> bool {
        self.is_warm[site.0 as usize]
    }

    /// The entries at user sites that cost something.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Booked<'a>> + '_ {
        (0..self.ledger.entries.len())
            .map(|index| self.booked(EntryIdx(index)))
            .filter(|booked| self.is_warm(self.ledger.node(booked.entry.node).site))
    }

    /// One entry.
    pub(crate) fn booked(&self, idx: EntryIdx) -> Booked<'a> {
        let entry = &self.ledger.entries[idx.0];
        let node = self.ledger.node(entry.node);
        let call = node.call.map(|id| self.ledger.call(id));
        Booked {
            idx,
            entry,
            site: self.ledger.site(node.site),
            call: call.map_or("", |call| call.name.as_str()),
            owner: call.map_or("", |call| call.owner.as_str()),
        }
    }

    /// The nodes directly below one.
    pub(crate) fn children(&self, node: NodeId) -> &[NodeId] {
        &self.children[node.0 as usize]
    }

    /// The entries at a node itself.
    pub(crate) fn entries_at(&self, node: NodeId) -> &[EntryIdx] {
        &self.entries_of[node.0 as usize]
    }

    /// The entries at a node and below it.
    pub(crate) fn entries_under(&self, node: NodeId) -> Vec<EntryIdx> {
        let mut found = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            found.extend(&self.entries_of[node.0 as usize]);
            open.extend(&self.children[node.0 as usize]);
        }
        found
    }

    /// Share of the run spent at a node and below it.
    pub(crate) fn share_under(&self, node: NodeId) -> f64 {
        self.ledger.share_of(self.subtree_s[node.0 as usize])
    }

    /// Share of the run of some entries.
    pub(crate) fn share_of(&self, entries: impl IntoIterator<Item = EntryIdx>) -> f64 {
        let seconds = entries.into_iter().map(|idx| self.ledger.entries[idx.0].cost.seconds);
        self.ledger.share_of(seconds.sum())
    }

    /// Whether some entries surely take a share of the run; what is only likely to reach it would be told in one run and
    /// not in the next.
    pub(crate) fn is_surely(&self, entries: impl IntoIterator<Item = EntryIdx>, share: f64) -> bool {
        let entries: Vec<&Entry> = entries.into_iter().map(|idx| &self.ledger.entries[idx.0]).collect();
        surely(&entries, self.ledger) >= share
    }

    /// The CPU samples booked at a node, with their stacks.
    pub(crate) fn samples_at(&self, node: NodeId) -> impl Iterator<Item = (u64, StackId)> + '_ {
        let rows = self
            .profile
            .cpu
            .iter()
            .filter(move |row| self.ledger.place(row.stack) == Some(node));
        rows.map(|row| (row.samples, row.stack))
    }

    /// The frames around the site on an entry's costliest stack: from the leaf to the next user frame above the site.
    pub(crate) fn frames_around(&self, booked: &Booked<'_>) -> impl Iterator<Item = &'a Frame> {
        let mut users = 0;
        let ledger = self.ledger;
        self.frames(booked.entry.stack).take_while(move |frame| {
            users += u32::from(ledger.is_user(frame));
            users < 2
        })
    }

    /// The library frames of a stack between the leaf and the user's code.
    pub(crate) fn frames_below(&self, stack: StackId) -> impl Iterator<Item = &'a Frame> {
        let ledger = self.ledger;
        self.frames(stack).take_while(move |frame| !ledger.is_user(frame))
    }

    fn frames(&self, stack: StackId) -> impl Iterator<Item = &'a Frame> {
        self.profile.tables.frames_of(stack).map(|(_, frame)| frame)
    }

    /// What processor time these entries took, as evidence.
    pub(crate) fn cpu_evidence(&self, claims: &BTreeSet<EntryIdx>) -> Vec<Evidence> {
        let costs = || claims.iter().map(|idx| &self.ledger.entries[idx.0].cost);
        vec![
            evidence::samples(costs().map(|cost| cost.samples).sum()),
            evidence::seconds(costs().map(|cost| cost.seconds).sum()),
        ]
    }

    /// The user frames from a node to its root, itself first.
    pub(crate) fn path(&self, node: NodeId) -> impl Iterator<Item = (NodeId, &'a Node, &'a Site)> {
        let ledger = self.ledger;
        ledger
            .path(node)
            .map(move |(id, node)| (id, node, ledger.site(node.site)))
    }

    /// Where a site is.
    pub(crate) fn place(&self, site: &Site) -> Place {
        Place {
            file: site.file.clone().unwrap_or_default(),
            line: site.line,
            column: site.column,
            function: site.function.clone(),
        }
    }

    /// The facts of a site's file.
    pub(crate) fn syntax(&self, site: &Site) -> Option<&FileSyntax> {
        self.syntax_of(site.file.as_deref()?)
    }

    /// The facts of a file.
    pub(crate) fn syntax_of(&self, file: &str) -> Option<&FileSyntax> {
        let parse = || FileSyntax::parse(self.sources.text(file)?);
        self.syntax.get(file)?.get_or_init(parse).as_ref()
    }

    /// The facts of all files that were handed in.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileSyntax> {
        self.syntax.iter().filter_map(|(path, parsed)| {
            let parse = || FileSyntax::parse(self.sources.text(path)?);
            parsed.get_or_init(parse).as_ref()
        })
    }

    /// All functions and methods of a name in the sources, with their files.
    pub(crate) fn functions_named(&self, name: &str) -> Vec<(&FileSyntax, &Function)> {
        let declaration = format!("fn {name}");
        let files = self.syntax.iter().filter_map(|(path, parsed)| {
            let text = self.sources.text(path).filter(|text| text.contains(&declaration))?;
            parsed.get_or_init(|| FileSyntax::parse(text)).as_ref()
        });
        let functions = files.flat_map(|file| file.functions.iter().map(move |function| (file, function)));
        functions.filter(|(_, function)| function.name == name).collect()
    }

    /// Whether a trait of the sources declares a method of a name: then callers may not know which one they call, and
    /// its parameters are not free.
    pub(crate) fn is_of_trait(&self, name: &str) -> bool {
        let is_declared = |function: &Function| function.body == Span::default();
        self.functions_named(name)
            .iter()
            .any(|(_, function)| is_declared(function))
    }

    /// The function around a site.
    pub(crate) fn function(&self, site: &Site) -> Option<&Function> {
        self.syntax(site)?.function_at(position(site))
    }

    /// The call at a site that has one of these names.
    pub(crate) fn call(&self, site: &Site, names: &[&str]) -> Option<&CallExpr> {
        self.syntax(site)?.call_at(position(site), names)
    }

    /// The declaration of a local variable that a site sees.
    pub(crate) fn local(&self, site: &Site, name: &str) -> Option<&Local> {
        self.syntax(site)?.local_at(position(site), name)
    }

    /// Whether a node asks an iterator for its next element: then a `for` repeats what stands in its head.
    fn is_next(&self, id: NodeId) -> bool {
        let is_next = |function: &str| function.ends_with("::next") || function.ends_with("::next::{closure}");
        is_next(self.ledger.call_name(self.ledger.node(id).call))
            || self
                .children(id)
                .iter()
                .any(|&child| is_next(&self.ledger.site(self.ledger.node(child).site).function))
    }

    /// The loops of its own function that repeat what a node does, innermost first; closures only where the call path
    /// shows that an iterator calls them.
    pub(crate) fn loops_at(&self, id: NodeId) -> Vec<&Loop> {
        let node = self.ledger.node(id);
        let site = self.ledger.site(node.site);
        let caller = node.parent.and_then(|parent| self.ledger.node(parent).call);
        let is_per_element = is_per_element(self.ledger.call_name(caller));
        let Some(syntax) = self.syntax(site) else {
            return Vec::new();
        };
        let mut loops = syntax.loops_at(position(site));
        if self.is_next(id) {
            loops.extend(syntax.for_loop_over(position(site)));
            loops.sort_by_key(|found| found.body.size());
        }
        loops.retain(|found| match found.kind {
            LoopKind::Closure { .. } => is_per_element,
            LoopKind::For { .. } | LoopKind::While => true,
        });
        loops
    }
}

/// Whether a library call calls its closure once per element.
pub(crate) fn is_per_element(call: &str) -> bool {
    let adaptors = [
        "Iterator::",
        "slice::sort",
        "slice::chunk_by",
        "Vec::retain",
        "Vec::dedup",
        "HashMap::retain",
        "BTreeMap::retain",
    ];
    adaptors.iter().any(|prefix| call.starts_with(prefix))
        || (call.starts_with("ParallelIterator::") || call.contains("::for_each"))
}

/// Where a site is in its file.
pub(crate) fn position(site: &Site) -> Position {
    Position {
        line: site.line,
        column: site.column,
    }
}

/// The function that a closure stands in.
pub(crate) fn outer_name(function: &str) -> &str {
    function.split("::{closure").next().unwrap_or(function)
}
