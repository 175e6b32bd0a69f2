//! The caches that the model stands for.

use crate::error::RecordError;
use profile::{CacheModel, Machine};
use std::str::FromStr;
use wire::trace::{LINE_BYTES, MAX_L1_SETS};

/// Caches that the user names instead of the machine's: `32k,8:1m,16:32m,16`, size and ways, first level first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheChoice(Vec<CacheModel>);

/// What is taken for a level that the system does not tell.
const USUAL: [(u64, u32); 3] = [(32 << 10, 8), (1 << 20, 16), (32 << 20, 16)];

impl FromStr for CacheChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected SIZE,WAYS for each level, as in 48k,12:2m,16:32m,16".to_owned();
        let levels: Option<Vec<CacheModel>> = text
            .split(':')
            .zip(1..)
            .map(|(level, number)| parse(level, number))
            .collect();
        let levels = levels.filter(|levels| levels.len() <= 3).ok_or_else(expected)?;
        match levels.iter().find(|level| !is_possible(level)) {
            Some(level) => Err(format!(
                "level {} has no whole number of sets of {} lines of {LINE_BYTES} bytes{}",
                level.level,
                level.ways,
                if level.level == 1 {
                    ", a power of two up to 1024"
                } else {
                    ""
                }
            )),
            None => Ok(Self(levels)),
        }
    }
}

fn parse(text: &str, level: u32) -> Option<CacheModel> {
    let (size, ways) = text.split_once(',')?;
    let (digits, shift) = match size.to_ascii_lowercase().strip_suffix(['k', 'm', 'g']) {
        Some(digits) => {
            let shift = match size.as_bytes()[size.len() - 1].to_ascii_lowercase() {
                b'k' => 10,
                b'm' => 20,
                _ => 30,
            };
            (digits.to_owned(), shift)
        }
        None => (size.to_owned(), 0),
    };
    let size_bytes = digits.parse::<u64>().ok()?.checked_mul(1 << shift)?;
    Some(of(level, size_bytes, ways.parse().ok()?))
}

fn of(level: u32, size_bytes: u64, ways: u32) -> CacheModel {
    CacheModel {
        level,
        size_bytes,
        ways,
        line_bytes: LINE_BYTES as u32,
        is_shared: level == 3,
    }
}

/// True when the size is a whole number of sets, and the first level's sets are a power of two that the runtime has room for.
fn is_possible(cache: &CacheModel) -> bool {
    let set_bytes = LINE_BYTES * u64::from(cache.ways);
    let is_whole = cache.ways > 0 && cache.size_bytes > 0 && cache.size_bytes.is_multiple_of(set_bytes);
    let n_sets = || cache.size_bytes / set_bytes;
    is_whole
        && cache.size_bytes <= 4 << 30
        && (cache.level > 1 || (n_sets().is_power_of_two() && n_sets() <= MAX_L1_SETS))
}

/// The three levels of the model: what the user chose, else what the machine has, else what is usual.
pub(super) fn model(choice: Option<&CacheChoice>, machine: &Machine) -> Result<Vec<CacheModel>, RecordError> {
    if let Some(CacheChoice(levels)) = choice {
        return Ok(levels.clone());
    }
    let of_machine = |level: u32| {
        let is_fit = |cache: &&profile::Cache| cache.level == level && u64::from(cache.line_bytes) == LINE_BYTES;
        let cache = machine.caches.iter().rfind(is_fit)?;
        let cache = of(level, cache.size_bytes, cache.ways);
        is_possible(&cache).then_some(cache)
    };
    let levels = (1..).zip(USUAL);
    Ok(levels
        .map(|(level, (size_bytes, ways))| of_machine(level).unwrap_or_else(|| of(level, size_bytes, ways)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_sizes_and_ways() {
        let CacheChoice(levels) = "48k,12:2m,16:480M,16".parse().unwrap();
        let sizes: Vec<_> = levels
            .iter()
            .map(|level| (level.level, level.size_bytes >> 10, level.ways))
            .collect();
        assert_eq!(sizes, [(1, 48, 12), (2, 2048, 16), (3, 480 << 10, 16)]);
        assert_eq!("32768,8".parse::<CacheChoice>().unwrap().0.len(), 1);
    }

    #[test]
    fn impossible_caches_are_refused() {
        for wrong in [
            "",
            "48k",
            "48k,",
            "48k,11",
            "0,1",
            "1k,0",
            "40k,8",
            "32k,8:1,1:1,1:1,1",
            "8g,8",
            "-1,2",
            "k,1",
        ] {
            assert!(wrong.parse::<CacheChoice>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_machine_that_tells_nothing_gets_usual_caches() {
        let levels = model(None, &Machine::default()).unwrap();
        assert_eq!(levels.len(), 3);
        assert!(levels.iter().all(is_possible) && levels[2].is_shared && !levels[1].is_shared);
    }
}
