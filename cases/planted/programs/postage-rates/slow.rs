//! Prices parcels by destination zone, weight band and surcharges.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone)]
struct Band {
    up_to_grams: u32,
    cents: u64,
}

#[derive(Clone)]
struct Tariff {
    name: String,
    bands: Vec<Band>,
    bulky_cents: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Country(u16);

struct Parcel {
    to: Country,
    grams: u32,
    bulky: bool,
}

struct RateCard {
    zones: FxHashMap<Country, usize>,
    tariffs: Vec<Tariff>,
}

trait Pricing {
    fn price(&self, parcel: &Parcel) -> Option<u64>;

    fn product(&self, parcel: &Parcel) -> Option<String>;
}

impl RateCard {
    fn tariff(&self, country: Country) -> Option<Tariff> {
        //~^
        let zone = *self.zones.get(&country)?;
        Some(self.tariffs[zone].clone()) //~
    }
}

impl Tariff {
    fn base(&self, grams: u32) -> Option<u64> {
        self.bands
            .iter()
            .find(|band| grams <= band.up_to_grams)
            .map(|band| band.cents)
    }
}

impl Pricing for RateCard {
    fn price(&self, parcel: &Parcel) -> Option<u64> {
        let tariff = self.tariff(parcel.to)?; //~
        let surcharge = if parcel.bulky { tariff.bulky_cents } else { 0 };
        Some(tariff.base(parcel.grams)? + surcharge)
    }

    fn product(&self, parcel: &Parcel) -> Option<String> {
        let tariff = self.tariff(parcel.to)?; //~
        Some(format!("{} {} g", tariff.name, parcel.grams))
    }
}

fn rate_card() -> RateCard {
    let tariffs = (0..9)
        .map(|zone| Tariff {
            name: format!("Zone {zone} standard"),
            bands: (1..=7)
                .map(|band| Band {
                    up_to_grams: band * 1_500,
                    cents: u64::from(band) * 120 + zone * 310,
                })
                .collect(),
            bulky_cents: 450 + zone * 25,
        })
        .collect();
    RateCard {
        zones: (0..200).map(|code| (Country(code), usize::from(code) % 9)).collect(),
        tariffs,
    }
}

fn parcels(random: &mut Random, count: usize) -> Vec<Parcel> {
    (0..count)
        .map(|_| Parcel {
            to: Country(random.below(204) as u16),
            grams: 50 + random.below(11_000) as u32,
            bulky: random.below(12) == 0,
        })
        .collect()
}

struct Quote {
    cents: u64,
    refused: u64,
}

fn quote(pricing: &dyn Pricing, parcels: &[Parcel]) -> Quote {
    let mut quote = Quote { cents: 0, refused: 0 };
    for parcel in parcels {
        match pricing.price(parcel) {
            Some(cents) => quote.cents += cents,
            None => quote.refused += 1,
        }
    }
    quote
}

pub fn run(scale: usize) {
    let parcels = parcels(&mut Random::new(23), 20_000);
    let card = rate_card();
    let mut total = Quote { cents: 0, refused: 0 };
    for _ in 0..1_000 * scale {
        let quote = quote(&card, &parcels);
        total.cents += quote.cents;
        total.refused += quote.refused;
    }
    let sample = card.product(&parcels[0]).unwrap_or_default();
    println!("{} cents, {} refused, first: {sample}", total.cents, total.refused);
}
