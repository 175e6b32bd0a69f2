//! Looks up customs tariffs by commodity code.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Tariff {
    code: u64,
    per_mille: u16,
}

#[derive(Default)]
struct Tree {
    root: Option<Box<Node>>, //~
}

struct Node {
    tariff: Tariff,
    smaller: Option<Box<Node>>, //~
    larger: Option<Box<Node>>,  //~
}

impl Tree {
    fn insert(&mut self, tariff: Tariff) {
        let mut link = &mut self.root;
        while let Some(node) = link {
            link = if tariff.code < node.tariff.code {
                &mut node.smaller
            } else {
                &mut node.larger
            };
        }
        *link = Some(Box::new(Node {
            tariff,
            smaller: None,
            larger: None,
        }));
    }

    fn find(&self, code: u64) -> Option<u16> {
        let mut node = self.root.as_deref()?; //~
        while node.tariff.code != code {
            //~^
            node = if code < node.tariff.code {
                //~^
                node.smaller.as_deref()? //~
            } else {
                node.larger.as_deref()? //~
            };
        }
        Some(node.tariff.per_mille) //~
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(23);
    let tariffs: Vec<Tariff> = (0..100_000)
        .map(|_| Tariff {
            code: random.next(),
            per_mille: random.below(300) as u16,
        })
        .collect();
    let mut tree = Tree::default();
    tariffs.iter().for_each(|&tariff| tree.insert(tariff));
    let found = (0..300_000 * scale).filter_map(|_| {
        let code = tariffs[random.below(tariffs.len())].code;
        tree.find(code) //~
    });
    println!("{}", found.map(u64::from).sum::<u64>());
}
