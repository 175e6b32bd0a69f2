//! Turns scanned pages by a quarter.

const BLOCK: usize = 32;

struct Page {
    width: usize,
    height: usize,
    pixels: Vec<u16>,
}

impl Page {
    fn blank(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![0; width * height],
        }
    }

    fn put(&mut self, x: usize, y: usize, pixel: u16) {
        self.pixels[y * self.width + x] = pixel;
    }

    fn turned(&self) -> Self {
        let mut turned = Self::blank(self.height, self.width);
        // By square blocks, whose lines stay in the cache on both sides.
        for top in (0..self.height).step_by(BLOCK) {
            for left in (0..self.width).step_by(BLOCK) {
                for y in top..(top + BLOCK).min(self.height) {
                    for x in left..(left + BLOCK).min(self.width) {
                        turned.put(self.height - 1 - y, x, self.pixels[y * self.width + x]);
                    }
                }
            }
        }
        turned
    }
}

pub fn run(scale: usize) {
    let mut page = Page::blank(1_500, 1_200);
    for (index, pixel) in page.pixels.iter_mut().enumerate() {
        *pixel = (index * 31 % 4_093) as u16;
    }
    for _ in 0..2 * scale {
        page = page.turned();
    }
    let sum = page
        .pixels
        .iter()
        .fold(0u32, |sum, &pixel| sum.rotate_left(1) ^ u32::from(pixel));
    println!("{}x{} {sum:x}", page.width, page.height);
}
