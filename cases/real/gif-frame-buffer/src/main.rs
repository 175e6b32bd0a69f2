//! Encodes an animation of small frames (argument = frames).
use gif::{Encoder, Frame};

fn main() {
    let n: u16 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(2_000);
    let palette = [0, 0, 0, 255, 255, 255];
    let mut file = Vec::new();
    {
        let mut encoder = Encoder::new(&mut file, 32, 32, &palette).expect("an encoder");
        for i in 0..n {
            let pixels: Vec<u8> = (0..32 * 32u32).map(|at| ((at + u32::from(i)) / 7 % 2) as u8).collect();
            let frame = Frame {
                width: 32,
                height: 32,
                buffer: pixels.into(),
                ..Frame::default()
            };
            encoder.write_frame(&frame).expect("a frame");
        }
    }
    println!("{n} frames, {} bytes", file.len());
}
