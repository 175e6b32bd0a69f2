//! The machine that a recording runs on, as sysfs and procfs tell it.
//!
//! Never fails: what the kernel does not tell stays empty.

use profile::{Cache, Machine, NumaNode};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;

/// The entry of the auxiliary vector that holds the page size (`AT_PAGESZ` in `elf.h`).
const AT_PAGESZ: u64 = 6;
/// Figures above this mean "no limit": cgroup v1 writes the largest multiple of a page instead of a word.
const NO_LIMIT_BYTES: u64 = 1 << 60;

/// Describes the machine, as this process sees it: CPU affinity and control group limits are applied.
pub fn machine() -> Machine {
    machine_below(Path::new("/"))
}

/// The same below another root directory, for tests. The number of usable CPUs and the hardware counters come from the process
/// itself.
fn machine_below(root: &Path) -> Machine {
    let cpu = root.join("sys/devices/system/cpu");
    Machine {
        cpu_model: colon_field(&text(&root.join("proc/cpuinfo")), "model name").unwrap_or_default(),
        cpu_features: cpu_features(&text(&root.join("proc/cpuinfo"))),
        n_cpus: thread::available_parallelism().map_or(0, |n_cpus| n_cpus.get() as u32),
        n_cpus_online: cpu_list(&text(&cpu.join("online"))).len() as u32,
        caches: caches(&cpu.join("cpu0/cache")),
        numa_nodes: numa_nodes(&root.join("sys/devices/system/node")),
        memory_bytes: kib_field(&text(&root.join("proc/meminfo")), "MemTotal").unwrap_or_default(),
        memory_limit_bytes: memory_limit_bytes(root),
        page_bytes: page_bytes(&fs::read(root.join("proc/self/auxv")).unwrap_or_default()).unwrap_or_default(),
        governor: Some(text(&cpu.join("cpu0/cpufreq/scaling_governor"))).filter(|governor| !governor.is_empty()),
        kernel: text(&root.join("proc/sys/kernel/osrelease")),
        has_hardware_counters: has_hardware_counters(),
    }
}

/// The instruction sets that a compiler could use if it were allowed to: those of the levels x86-64-v2 to v4.
fn cpu_features(cpuinfo: &str) -> Vec<String> {
    const KNOWN: [&str; 8] = ["sse4_2", "popcnt", "avx", "avx2", "fma", "bmi2", "avx512f", "avx512vl"];
    let flags = colon_field(cpuinfo, "flags").unwrap_or_default();
    let known = flags.split_whitespace().filter(|flag| KNOWN.contains(flag));
    known.map(str::to_owned).collect()
}

/// True when a cycle counter of this process can be opened: the processor has one, the kernel (or the hypervisor) shows
/// it, and no security policy forbids it.
fn has_hardware_counters() -> bool {
    perf_event::Builder::new(perf_event::events::Hardware::CPU_CYCLES)
        .build()
        .is_ok()
}

fn caches(dir: &Path) -> Vec<Cache> {
    let mut caches: Vec<Cache> = entries(dir)
        .iter()
        .filter(|path| file_name(path).starts_with("index"))
        .map(|path| Cache {
            level: number(&path.join("level")).unwrap_or_default(),
            kind: text(&path.join("type")),
            size_bytes: size_bytes(&text(&path.join("size"))).unwrap_or_default(),
            line_bytes: number(&path.join("coherency_line_size")).unwrap_or_default(),
            ways: number(&path.join("ways_of_associativity")).unwrap_or_default(),
            shared_by: cpu_list(&text(&path.join("shared_cpu_list"))).len() as u32,
        })
        .filter(|cache| cache.size_bytes > 0 && cache.kind != "Instruction")
        .collect();
    caches.sort_by_key(|cache| cache.level);
    caches
}

fn numa_nodes(dir: &Path) -> Vec<NumaNode> {
    let mut nodes: Vec<NumaNode> = entries(dir)
        .iter()
        .filter_map(|path| {
            let id = file_name(path).strip_prefix("node")?.parse().ok()?;
            Some(NumaNode {
                id,
                cpus: cpu_list(&text(&path.join("cpulist"))),
                memory_bytes: kib_field(&text(&path.join("meminfo")), &format!("Node {id} MemTotal"))
                    .unwrap_or_default(),
                distances: text(&path.join("distance"))
                    .split_whitespace()
                    .filter_map(|distance| distance.parse().ok())
                    .collect(),
            })
        })
        .collect();
    nodes.sort_by_key(|node| node.id);
    nodes
}

/// The smallest memory limit of the process's control group and of the groups above it, version 2 or 1.
fn memory_limit_bytes(root: &Path) -> Option<u64> {
    let groups = text(&root.join("proc/self/cgroup"));
    groups
        .lines()
        .filter_map(|line| {
            let mut fields = line.splitn(3, ':').skip(1);
            let (controllers, group) = (fields.next()?, fields.next()?);
            match controllers {
                "" => Some(("sys/fs/cgroup", group, "memory.max")),
                _ if controllers.split(',').any(|name| name == "memory") => {
                    Some(("sys/fs/cgroup/memory", group, "memory.limit_in_bytes"))
                }
                _ => None,
            }
        })
        .flat_map(|(mount, group, file)| {
            // Inside a container the group's own path is often not mounted, while the root shows the container's limit.
            let mount = root.join(mount);
            let group = mount.join(group.trim_start_matches('/'));
            let limits: Vec<u64> = group
                .ancestors()
                .take_while(|dir| dir.starts_with(&mount))
                .filter_map(|dir| number(&dir.join(file)))
                .collect();
            limits
        })
        .filter(|&bytes| bytes < NO_LIMIT_BYTES)
        .min()
}

fn page_bytes(auxv: &[u8]) -> Option<u64> {
    auxv.as_chunks::<16>().0.iter().find_map(|entry| {
        let (key, value) = entry.split_at(8);
        let word = |bytes: &[u8]| Some(u64::from_ne_bytes(bytes.try_into().ok()?));
        (word(key)? == AT_PAGESZ).then(|| word(value)).flatten()
    })
}

/// The content of a small kernel file, trimmed; empty when it cannot be read.
fn text(path: &Path) -> String {
    fs::read_to_string(path)
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

fn number<T: FromStr>(path: &Path) -> Option<T> {
    text(path).parse().ok()
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The value of the first line `key : value`.
fn colon_field(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

/// The value of the first line `key: 123 kB`, in bytes.
fn kib_field(text: &str, key: &str) -> Option<u64> {
    let value = colon_field(text, key)?;
    let kib: u64 = value.trim_end_matches("kB").trim().parse().ok()?;
    kib.checked_mul(1 << 10)
}

/// `48K`, `2048K`, `32M`, as sysfs writes cache sizes.
fn size_bytes(size: &str) -> Option<u64> {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &size[digits.len()..] {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// `0-3,8,10-11`, the kernel's list format.
pub(crate) fn cpu_list(list: &str) -> Vec<u32> {
    list.split(',')
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.trim().parse::<u32>().ok()?..=last.trim().parse::<u32>().ok()?)
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root
    }

    #[test]
    fn cpu_lists_are_expanded() {
        assert_eq!(cpu_list("0-2,8,10-11"), [0, 1, 2, 8, 10, 11]);
        assert_eq!(cpu_list("0-2,5,7-8\n"), [0, 1, 2, 5, 7, 8]);
        assert_eq!(cpu_list(""), Vec::<u32>::new());
        assert_eq!(cpu_list("nonsense,3"), [3]);
    }

    #[test]
    fn sizes_carry_binary_units() {
        assert_eq!(size_bytes("48K"), Some(48 << 10));
        assert_eq!(size_bytes("480M"), Some(480 << 20));
        assert_eq!(size_bytes("7"), Some(7));
        assert_eq!(size_bytes("7 apples"), None);
    }

    #[test]
    fn caches_are_sorted_and_instruction_caches_left_out() {
        let root = tree(&[
            ("c/index0/level", "2\n"),
            ("c/index0/type", "Unified\n"),
            ("c/index0/size", "2048K\n"),
            ("c/index0/ways_of_associativity", "16\n"),
            ("c/index0/coherency_line_size", "64\n"),
            ("c/index0/shared_cpu_list", "0-1\n"),
            ("c/index1/level", "1\n"),
            ("c/index1/type", "Data\n"),
            ("c/index1/size", "48K\n"),
            ("c/index2/level", "1\n"),
            ("c/index2/type", "Instruction\n"),
            ("c/index2/size", "32K\n"),
        ]);
        let caches = caches(&root.path().join("c"));
        let sizes: Vec<_> = caches
            .iter()
            .map(|cache| (cache.level, cache.size_bytes >> 10))
            .collect();
        assert_eq!(sizes, [(1, 48), (2, 2048)]);
        assert_eq!((caches[1].ways, caches[1].line_bytes, caches[1].shared_by), (16, 64, 2));
    }

    #[test]
    fn numa_nodes_carry_cpus_memory_and_distances() {
        let root = tree(&[
            ("n/node0/cpulist", "0-1\n"),
            ("n/node0/distance", "10 21\n"),
            (
                "n/node0/meminfo",
                "Node 0 MemTotal:       2048 kB\nNode 0 MemFree: 1 kB\n",
            ),
            ("n/node1/cpulist", "2-3\n"),
            ("n/online", "0-1\n"),
        ]);
        let nodes = numa_nodes(&root.path().join("n"));
        assert_eq!(nodes.len(), 2);
        assert_eq!(
            (nodes[0].memory_bytes, nodes[0].distances.as_slice()),
            (2 << 20, &[10, 21][..])
        );
        assert_eq!(nodes[1].cpus, [2, 3]);
    }

    #[test]
    fn the_tightest_control_group_counts() {
        let v2 = tree(&[
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/memory.max", "1000\n"),
            ("sys/fs/cgroup/a/b/memory.max", "max\n"),
        ]);
        assert_eq!(memory_limit_bytes(v2.path()), Some(1000));
        let v1 = tree(&[
            ("proc/self/cgroup", "5:cpu:/\n4:memory:/not/mounted\n0::/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n"),
        ]);
        assert_eq!(memory_limit_bytes(v1.path()), Some(4096));
        let unlimited = tree(&[
            ("proc/self/cgroup", "4:memory:/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ]);
        assert_eq!(memory_limit_bytes(unlimited.path()), None);
    }

    #[test]
    fn features_beyond_the_baseline_are_told() {
        let cpuinfo = "processor\t: 0\nflags\t\t: fpu sse2 sse4_2 avx avx2 fma rdtscp\n";
        assert_eq!(cpu_features(cpuinfo), ["sse4_2", "avx", "avx2", "fma"]);
        assert_eq!(cpu_features(""), [""; 0]);
    }

    #[test]
    fn an_empty_root_gives_an_empty_machine() {
        let root = tree(&[]);
        let machine = machine_below(root.path());
        let (n_cpus, has_hardware_counters) = (machine.n_cpus, machine.has_hardware_counters);
        assert_eq!(
            machine,
            Machine {
                n_cpus,
                has_hardware_counters,
                ..Machine::default()
            }
        );
    }

    #[test]
    fn this_machine_has_pages_and_cpus() {
        let machine = machine();
        assert!(machine.page_bytes >= 4096 && machine.n_cpus_online >= machine.n_cpus && machine.n_cpus > 0);
        assert!(machine.memory_bytes > 0 && !machine.kernel.is_empty());
    }
}
