//! Tells how much each package of a distribution brings to an empty system, its dependencies' weight included.

use crate::random::Random;

struct Package {
    name: String,
    bytes: u64,
    dependencies: Vec<usize>,
}

struct Repository {
    packages: Vec<Package>,
}

struct Weight {
    package: usize,
    /// Each path to a dependency counts, as in the scoring of the build farm.
    weighted_bytes: u64,
    depth: u32,
}

impl Repository {
    /// Layers of packages, each of which needs a few of the layer below.
    fn generated(layers: usize, width: usize, needs: usize) -> Self {
        let mut random = Random::new(37);
        let mut packages: Vec<Package> = Vec::new();
        for layer in 0..layers {
            for number in 0..width {
                let dependencies = if layer == 0 {
                    Vec::new()
                } else {
                    (0..needs).map(|_| (layer - 1) * width + random.below(width)).collect()
                };
                packages.push(Package {
                    name: format!("lib{layer:02}-{number:03}"),
                    bytes: 10_000 + random.below(5_000_000) as u64,
                    dependencies,
                });
            }
        }
        Self { packages }
    }

    fn weight(&self, package: usize) -> (u64, u32) {
        let mut weight = self.packages[package].bytes;
        let mut depth = 0;
        for &dependency in &self.packages[package].dependencies {
            let (below, levels) = self.weight(dependency); //~
            weight = weight.wrapping_add(below / 2);
            depth = depth.max(levels + 1);
        }
        (weight, depth)
    }

    fn heaviest(&self, count: usize) -> Vec<Weight> {
        let mut weights: Vec<Weight> = (0..self.packages.len())
            .map(|package| {
                let (weighted_bytes, depth) = self.weight(package); //~
                Weight {
                    package,
                    weighted_bytes,
                    depth,
                }
            })
            .collect();
        weights.sort_by_key(|weight| (u64::MAX - weight.weighted_bytes, weight.package));
        weights.truncate(count);
        weights
    }
}

pub fn run(scale: usize) {
    let repository = Repository::generated(13, 300 * scale, 3);
    let mut edges = 0;
    for _ in 0..40 {
        edges += repository
            .packages
            .iter()
            .map(|package| package.dependencies.len())
            .sum::<usize>();
    }
    println!("{} packages, {edges} edges seen", repository.packages.len());
    for weight in repository.heaviest(4) {
        println!(
            "{} {} bytes, {} levels",
            repository.packages[weight.package].name, weight.weighted_bytes, weight.depth
        );
    }
}
