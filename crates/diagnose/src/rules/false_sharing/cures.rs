//! Ways to put what threads write on lines of their own.

use crate::memory::{Declaration, Side, declaration};
use crate::relayout::{self, Wrapper, aligned, wrapped_elements, wrapped_fields, wrapped_statics};
use crate::{Context, Edit, Effort, Fix};
use profile::{FieldPath, MemoryObject, Scope, Trace, TypeId};

const TITLE: &str = "false-sharing-fix-pad";

/// The ways, the one that changes least first.
pub(super) fn cures(ctx: &Context<'_>, sides: &[Side<'_>]) -> Vec<Fix> {
    let Some(trace) = &ctx.profile().trace else {
        return Vec::new();
    };
    let fields: Vec<&FieldPath> = sides.iter().flat_map(|side| &side.fields).collect();
    let owners = owners(trace, &fields);
    let used_in = sides.iter().find_map(|side| Some(side.place.as_ref()?.file.as_str()));
    let mut fixes: Vec<Option<Fix>> = Vec::new();
    let simple = |edits: Option<Vec<Edit>>| relayout::fix(TITLE, Effort::Simple, edits);
    if let [owner] = owners[..]
        && let Some(of) = declaration(ctx, &trace.types.row(owner).name, used_in)
    {
        let names = names_of(owner, &fields);
        // Several fields of one value, or one field of several values.
        if names.len() > 1 {
            fixes.extend(wrapped(ctx, &of, &names));
        }
        fixes.push(simple(aligned(ctx, &of)));
    } else {
        fixes.extend(owners.iter().map(|owner| {
            let of = declaration(ctx, &trace.types.row(*owner).name, used_in)?;
            simple(aligned(ctx, &of))
        }));
    }
    if owners.is_empty() {
        fixes.push(simple(statics(ctx, trace, sides)));
        fixes.push(relayout::fix(TITLE, Effort::Moderate, elements(ctx, trace, sides)));
    }
    fixes.into_iter().flatten().collect()
}

/// The user's structs that the fields belong to.
fn owners(trace: &Trace, fields: &[&FieldPath]) -> Vec<TypeId> {
    let mut owners: Vec<TypeId> = fields.iter().filter_map(|field| field.owner).collect();
    owners.retain(|owner| !trace.types.row(*owner).is_std());
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// The fields of one struct that are fought for.
fn names_of<'a>(owner: TypeId, fields: &[&'a FieldPath]) -> Vec<&'a str> {
    let of_owner = fields.iter().filter(|field| field.owner == Some(owner));
    let mut names: Vec<&str> = of_owner.map(|field| field.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Fields in wrappers: those of the crate that is there already, and those of one's own.
fn wrapped(ctx: &Context<'_>, of: &Declaration<'_>, names: &[&str]) -> Vec<Option<Fix>> {
    let fix = |wrapper| relayout::fix(TITLE, Effort::Simple, wrapped_fields(ctx, of, names, wrapper));
    let mut fixes = Vec::new();
    if has_crossbeam(ctx) {
        fixes.push(fix(Wrapper::CachePadded));
    }
    fixes.push(fix(Wrapper::OwnLine));
    fixes
}

/// Whether the manifest names `crossbeam-utils` as a dependency.
fn has_crossbeam(ctx: &Context<'_>) -> bool {
    let mut manifests = ctx.file_paths().filter(|file| file.ends_with("Cargo.toml"));
    manifests.any(|file| ctx.text(file).is_some_and(|text| text.contains("crossbeam-utils")))
}

/// Statics of the user's that are neighbours.
fn statics(ctx: &Context<'_>, trace: &Trace, sides: &[Side<'_>]) -> Option<Vec<Edit>> {
    let objects = sides.iter().map(|side| trace.object(side.sharers[0].object));
    let mut names: Vec<&str> = Vec::new();
    for object in objects {
        let MemoryObject::Static { name, .. } = object else {
            return None;
        };
        names.push(name.rsplit("::").next().unwrap_or(name));
    }
    names.sort_unstable();
    names.dedup();
    if let [only] = names[..] {
        return wrapped_array(ctx, trace, sides, only);
    }
    wrapped_statics(ctx, &names)
}

/// The elements of a static array.
fn wrapped_array(ctx: &Context<'_>, trace: &Trace, sides: &[Side<'_>], name: &str) -> Option<Vec<Edit>> {
    let object = trace.object(sides[0].sharers[0].object);
    let profile::TypeKind::Array { element, .. } = trace.types.row(object.type_id()?).kind else {
        return None;
    };
    let declared = format!("static {name}:");
    let mut files = ctx
        .file_paths()
        .filter(|file| ctx.text(file).is_some_and(|text| text.contains(&declared)));
    wrapped_elements(ctx, files.next()?, &trace.types.row(element).short_name())
}

/// The elements of a list.
fn elements(ctx: &Context<'_>, trace: &Trace, sides: &[Side<'_>]) -> Option<Vec<Edit>> {
    let object = trace.object(sides[0].sharers[0].object);
    let MemoryObject::Heap { stack, .. } = object else {
        return None;
    };
    let site = ctx.profile().trace_site(&Scope::User, *stack);
    wrapped_elements(
        ctx,
        site.file.as_deref()?,
        &trace.types.row(object.type_id()?).short_name(),
    )
}
