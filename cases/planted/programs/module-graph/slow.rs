//! Finds what has to be rebuilt after a change: all modules that import a changed one, directly or not.

use crate::random::Random;
use rustc_hash::{FxHashMap, FxHashSet};

struct Project {
    /// Who imports a module, by the module's path.
    importers: FxHashMap<String, Vec<String>>, //~
    paths: Vec<String>,
}

impl Project {
    fn generated(modules: usize) -> Self {
        let mut random = Random::new(107);
        let paths: Vec<String> = (0..modules)
            .map(|number| format!("src/components/feature_{:03}/module_{number:05}.ts", number % 211))
            .collect();
        let mut importers: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for (number, path) in paths.iter().enumerate().skip(1) {
            for _ in 0..6 {
                let imported = &paths[random.below(number)];
                importers.entry(imported.clone()).or_default().push(path.clone());
            }
        }
        Self { importers, paths }
    }

    fn importers_of(&self, path: &str) -> &[String] {
        self.importers.get(path).map_or(&[], Vec::as_slice) //~
    }

    fn affected_by<'a>(&'a self, changed: &'a str) -> FxHashSet<&'a str> {
        let mut affected = FxHashSet::default();
        let mut open = vec![changed];
        while let Some(path) = open.pop() {
            if affected.insert(path) {
                //~^
                open.extend(self.importers_of(path).iter().map(String::as_str)); //~
            }
        }
        affected
    }
}

/// How much work the affected modules are, by the length of their names.
fn effort(affected: &FxHashSet<&str>) -> u64 {
    affected.iter().map(|path| path.len() as u64).sum()
}

pub fn run(scale: usize) {
    let project = Project::generated(9_000);
    let mut random = Random::new(109);
    let mut total = 0;
    let mut most = 0;
    for _ in 0..260 * scale {
        let changed = &project.paths[random.below(project.paths.len() / 20)];
        let affected = project.affected_by(changed);
        most = most.max(affected.len());
        total += effort(&affected);
    }
    println!("effort {total}, at most {most} modules");
}
