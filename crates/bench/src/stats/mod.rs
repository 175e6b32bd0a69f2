//! Statistics of paired measurements, each a pure function with its source.

mod median;
mod outliers;
mod sequential;
mod signed_rank;

pub use median::{median, median_absolute_deviation};
pub use outliers::n_outliers;
pub use sequential::{Looks, Spending};
pub use signed_rank::{Estimate, hodges_lehmann};
