//! Names of kernel functions, from `/proc/kallsyms` where it may be read.

use crate::address::Svma;
use std::io::{BufRead, BufReader};

/// Kernel functions by address. Empty where the kernel hides them.
#[derive(Debug, Default)]
pub(crate) struct KernelSymbols(Vec<(Svma, Box<str>)>);

impl KernelSymbols {
    /// Reads the running kernel's symbols.
    pub(crate) fn load() -> Self {
        std::fs::File::open("/proc/kallsyms").map_or_else(|_| Self::default(), |file| Self::parse(BufReader::new(file)))
    }

    fn parse(lines: impl BufRead) -> Self {
        let mut symbols: Vec<(Svma, Box<str>)> = lines
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| {
                let mut fields = line.split_ascii_whitespace();
                let address = u64::from_str_radix(fields.next()?, 16).ok()?;
                let is_code = matches!(fields.next()?, "t" | "T" | "w" | "W");
                // All addresses read as 0 where the kernel hides them.
                (is_code && address != 0).then_some((Svma(address), fields.next()?.into()))
            })
            .collect();
        symbols.sort_by_key(|&(address, _)| address);
        Self(symbols)
    }

    /// The function around an address.
    pub(crate) fn name(&self, address: Svma) -> Option<&str> {
        let n_before = self.0.partition_point(|&(start, _)| start <= address);
        self.0.get(n_before.checked_sub(1)?).map(|(_, name)| &**name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_function_around_an_address() {
        let text = "ffffffff81000000 T _text\nffffffff81000100 t do_read\nffffffff81000200 d data\n0 t hidden\nbad";
        let symbols = KernelSymbols::parse(text.as_bytes());
        assert_eq!(symbols.name(Svma(0xffff_ffff_8100_0120)), Some("do_read"));
        assert_eq!(symbols.name(Svma(0xffff_ffff_8100_0210)), Some("do_read"));
        assert_eq!(symbols.name(Svma(0x1000)), None);
    }
}
