//! Sorts the messages of a help desk by their language.

use std::collections::BTreeMap;
use std::env;

const SENTENCES: [&str; 6] = [
    "I ordered the blue jacket two weeks ago and it still has not arrived, could you please tell me where it is now?",
    "Ich habe die Jacke vor zwei Wochen bestellt und sie ist immer noch nicht angekommen, bitte sagen Sie mir, wo sie ist.",
    "J'ai commandé la veste bleue il y a deux semaines et elle n'est toujours pas arrivée, pourriez-vous me dire où elle est ?",
    "Pedí la chaqueta azul hace dos semanas y todavía no ha llegado, ¿podrían decirme dónde está en este momento?",
    "Я заказал синюю куртку две недели назад, но она до сих пор не пришла, подскажите, пожалуйста, где она сейчас.",
    "Ho ordinato la giacca blu due settimane fa e non è ancora arrivata, potreste dirmi per favore dove si trova adesso?",
];

fn main() {
    let messages = env::args()
        .nth(1)
        .map_or(2_000, |n| n.parse().expect("a number of messages"));
    let mut desks: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = 0;
    for number in 0..messages {
        match whatlang::detect(&message(number)) {
            Some(info) => *desks.entry(info.lang().code()).or_default() += 1,
            None => unknown += 1,
        }
    }
    println!("{desks:?}, {unknown} unknown");
}

/// A customer who says it again and again, with numbers of orders in between.
fn message(number: usize) -> String {
    let sentence = SENTENCES[number % SENTENCES.len()];
    (0..12)
        .map(|order| format!("{sentence} #{}\n", number * 31 + order))
        .collect()
}
