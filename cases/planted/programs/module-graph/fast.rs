//! Finds what has to be rebuilt after a change: all modules that import a changed one, directly or not.

use crate::random::Random;

struct Project {
    /// Who imports a module, both by their numbers.
    importers: Vec<Vec<usize>>,
    paths: Vec<String>,
}

impl Project {
    fn generated(modules: usize) -> Self {
        let mut random = Random::new(107);
        let paths: Vec<String> = (0..modules)
            .map(|number| format!("src/components/feature_{:03}/module_{number:05}.ts", number % 211))
            .collect();
        let mut importers = vec![Vec::new(); modules];
        for number in 1..modules {
            for _ in 0..6 {
                importers[random.below(number)].push(number);
            }
        }
        Self { importers, paths }
    }

    fn affected_by(&self, changed: usize) -> Vec<usize> {
        let mut is_affected = vec![false; self.paths.len()];
        let mut affected = Vec::with_capacity(self.paths.len());
        let mut open = vec![changed];
        while let Some(number) = open.pop() {
            if !is_affected[number] {
                is_affected[number] = true;
                affected.push(number);
                open.extend(&self.importers[number]);
            }
        }
        affected
    }
}

/// How much work the affected modules are, by the length of their names.
fn effort(project: &Project, affected: &[usize]) -> u64 {
    affected.iter().map(|&number| project.paths[number].len() as u64).sum()
}

pub fn run(scale: usize) {
    let project = Project::generated(9_000);
    let mut random = Random::new(109);
    let mut total = 0;
    let mut most = 0;
    for _ in 0..260 * scale {
        let changed = random.below(project.paths.len() / 20);
        let affected = project.affected_by(changed);
        most = most.max(affected.len());
        total += effort(&project, &affected);
    }
    println!("effort {total}, at most {most} modules");
}
