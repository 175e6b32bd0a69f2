//! The rules, one file each. A new rule adds its two lines here and nothing else.

mod allocation_churn;
mod allocator_bound;
mod blocking_in_async;
mod boxed_small_object;
mod clippy_lint;
mod cold_fields;
mod contended_atomic;
mod copy_on_write_of_shared;
mod debug_assertions_on;
mod false_sharing;
mod fixed_key_map;
mod flush_per_line;
mod format_in_loop;
mod front_insert_or_remove;
mod generic_target_cpu;
mod growing_collection;
mod large_element;
mod linear_search_in_loop;
mod linked_list;
mod lock_contention;
mod lock_held_long;
mod needless_clone;
mod ordered_map_unordered_use;
mod read_mostly_mutex;
mod repeated_construction;
mod repeated_sort;
mod repeated_work;
mod round_trip_per_item;
mod scattered_access;
mod slow_hash;
mod small_map;
mod small_vector;
mod string_building_in_loop;
mod string_keys;
mod temporary_collection;
#[cfg(test)]
pub(crate) mod tests;
mod unbuffered_io;
mod weak_build_profile;
mod working_set_exceeds_cache;

use crate::Rule;
pub use clippy_lint::clippy_lints;

/// All rules, by level.
pub static RULES: &[&Rule] = &[
    &front_insert_or_remove::FRONT_INSERT_OR_REMOVE,
    &linear_search_in_loop::LINEAR_SEARCH_IN_LOOP,
    &repeated_construction::REPEATED_CONSTRUCTION,
    &repeated_sort::REPEATED_SORT,
    &repeated_work::REPEATED_WORK,
    &fixed_key_map::FIXED_KEY_MAP,
    &linked_list::LINKED_LIST,
    &ordered_map_unordered_use::ORDERED_MAP_UNORDERED_USE,
    &slow_hash::SLOW_HASH,
    &small_map::SMALL_MAP,
    &string_keys::STRING_KEYS,
    &allocation_churn::ALLOCATION_CHURN,
    &allocator_bound::ALLOCATOR_BOUND,
    &boxed_small_object::BOXED_SMALL_OBJECT,
    &clippy_lint::CLIPPY_LINT,
    &copy_on_write_of_shared::COPY_ON_WRITE_OF_SHARED,
    &format_in_loop::FORMAT_IN_LOOP,
    &growing_collection::GROWING_COLLECTION,
    &needless_clone::NEEDLESS_CLONE,
    &small_vector::SMALL_VECTOR,
    &string_building_in_loop::STRING_BUILDING_IN_LOOP,
    &temporary_collection::TEMPORARY_COLLECTION,
    &cold_fields::COLD_FIELDS,
    &false_sharing::FALSE_SHARING,
    &large_element::LARGE_ELEMENT,
    &scattered_access::SCATTERED_ACCESS,
    &working_set_exceeds_cache::WORKING_SET_EXCEEDS_CACHE,
    &contended_atomic::CONTENDED_ATOMIC,
    &lock_contention::LOCK_CONTENTION,
    &lock_held_long::LOCK_HELD_LONG,
    &read_mostly_mutex::READ_MOSTLY_MUTEX,
    &blocking_in_async::BLOCKING_IN_ASYNC,
    &flush_per_line::FLUSH_PER_LINE,
    &round_trip_per_item::ROUND_TRIP_PER_ITEM,
    &unbuffered_io::UNBUFFERED_IO,
    &debug_assertions_on::DEBUG_ASSERTIONS_ON,
    &generic_target_cpu::GENERIC_TARGET_CPU,
    &weak_build_profile::WEAK_BUILD_PROFILE,
];
