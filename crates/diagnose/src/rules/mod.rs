//! The rules, one file each. A new rule adds its two lines here and nothing else.

mod front_insert_or_remove;
mod linear_search_in_loop;
mod unbuffered_io;

use crate::Rule;

/// All rules, by level.
pub static RULES: &[&Rule] = &[
    &linear_search_in_loop::LINEAR_SEARCH_IN_LOOP,
    &front_insert_or_remove::FRONT_INSERT_OR_REMOVE,
    &unbuffered_io::UNBUFFERED_IO,
];
