//! A sorter hands parcels to two workers in batches, over a channel for each.

use crate::random::Random;
use std::sync::mpsc;
use std::thread;

struct Parcel {
    postcode: u32,
    grams: u32,
}

fn weigh(batches: mpsc::Receiver<Vec<Parcel>>) -> (u64, u32) {
    batches.iter().flatten().fold((0, u32::MAX), |(grams, first), parcel| {
        (grams + u64::from(parcel.grams), first.min(parcel.postcode))
    })
}

pub fn run(scale: usize) {
    let mut random = Random::new(19);
    let (sent, received): (Vec<_>, Vec<_>) = (0..2).map(|_| mpsc::sync_channel::<Vec<Parcel>>(8)).unzip();
    let workers: Vec<_> = received
        .into_iter()
        .map(|batches| thread::spawn(move || weigh(batches)))
        .collect();
    for round in 0..400 * scale {
        let batch = (0..500)
            .map(|_| Parcel {
                postcode: random.below(90_000) as u32,
                grams: random.pick(&[250, 500, 1_000, 2_000]),
            })
            .collect();
        sent[round % 2].send(batch).expect("the workers wait");
    }
    drop(sent);
    for worker in workers {
        println!("{:?}", worker.join().unwrap());
    }
}
