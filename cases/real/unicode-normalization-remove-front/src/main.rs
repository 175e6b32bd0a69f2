//! Brings the comments of a forum into one normal form before they are compared with a list of banned words.
//! Some members like letters with towers of marks above and below.

use std::env;
use unicode_normalization::UnicodeNormalization;

const MARKS: [char; 12] = [
    '\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{308}', '\u{30c}', '\u{316}', '\u{317}', '\u{323}', '\u{327}',
    '\u{330}', '\u{359}',
];

fn main() {
    let comments = env::args()
        .nth(1)
        .map_or(300, |n| n.parse().expect("a number of comments"));
    let mut banned = 0;
    let mut letters = 0;
    let mut checksum = 0_u64;
    for number in 0..comments {
        let comment = write_comment(number);
        let plain: String = comment.nfd().filter(|mark| !MARKS.contains(mark)).collect();
        banned += usize::from(plain.contains("spam"));
        for letter in comment.nfd() {
            letters += 1;
            checksum = checksum.wrapping_mul(31).wrapping_add(u64::from(letter));
        }
    }
    println!("{comments} comments, {letters} characters, {banned} banned, {checksum:x}");
}

fn write_comment(number: u64) -> String {
    let mut seed = number + 7;
    let mut comment = String::new();
    for word in ["Das", "ist", "größer", "als", "spam", "façade", "naïve", "Zalgo"] {
        for letter in word.chars() {
            comment.push(letter);
            let tower = if number % 4 == 0 { 900 } else { 0 };
            for _ in 0..tower {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                comment.push(MARKS[(seed >> 33) as usize % MARKS.len()]);
            }
        }
        comment.push(' ');
    }
    comment
}
