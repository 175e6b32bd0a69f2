//! Reads a song book: the chords of each bar and the scale of each song.

use rust_music_theory::chord::Chord;
use rust_music_theory::note::Notes;
use rust_music_theory::scale::Scale;
use std::env;

const BARS: [&str; 8] =
    ["C major", "A minor", "F# minor seventh", "Bb major seventh", "G dominant seventh", "D minor", "E augmented", "B diminished"];
const SCALES: [&str; 4] = ["C ionian", "D dorian", "A harmonic minor", "G mixolydian"];

fn main() {
    let songs = env::args().nth(1).map_or(30, |n| n.parse().expect("a number of songs"));
    let mut notes = 0;
    for song in 0..songs {
        notes += Scale::from_regex(SCALES[song % SCALES.len()]).expect("a scale").notes().len();
        for bar in 0..16 {
            notes += Chord::from_regex(BARS[(song + bar * 3) % BARS.len()]).expect("a chord").notes().len();
        }
    }
    println!("{songs} songs, {notes} notes");
}
