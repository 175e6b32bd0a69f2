//! Renders a game board as text now and then while it plays; the text is built by appending in place.

struct Board {
    cells: Vec<u8>,
    width: usize,
}

impl Board {
    fn new(width: usize) -> Self {
        let cells = (0..width * width)
            .map(|index| u8::from((index * index * 7 + index / 3) % 11 < 4))
            .collect();
        Self { cells, width }
    }

    /// One generation of Conway's rules on a torus.
    fn step(&mut self) {
        let width = self.width;
        let next = (0..self.cells.len())
            .map(|index| {
                let (row, column) = (index / width, index % width);
                let rows = [(row + width - 1) % width, row, (row + 1) % width];
                let columns = [(column + width - 1) % width, column, (column + 1) % width];
                let around: u8 = rows
                    .iter()
                    .map(|row| {
                        columns
                            .iter()
                            .map(|column| self.cells[row * width + column])
                            .sum::<u8>()
                    })
                    .sum();
                u8::from(around == 3 || around == 4 && self.cells[index] == 1)
            })
            .collect();
        self.cells = next;
    }

    fn render(&self) -> String {
        let mut text = String::with_capacity(self.cells.len() + self.width);
        for row in self.cells.chunks(self.width) {
            text.extend(row.iter().map(|&cell| if cell == 1 { '#' } else { '.' }));
            text.push('\n');
        }
        text
    }
}

/// A caption of a few words, joined with `+`.
fn caption(generation: usize, alive: usize) -> String {
    let mut caption = String::from("generation");
    for number in [generation, alive] {
        caption = caption + " " + &number.to_string();
    }
    caption
}

pub fn run(scale: usize) {
    let mut board = Board::new(96);
    let mut printed = 0;
    let mut last = String::new();
    for generation in 0..scale * 500 {
        board.step();
        if generation % 250 == 249 {
            let alive = board.cells.iter().filter(|&&cell| cell == 1).count();
            last = caption(generation, alive) + "\n" + &board.render();
            printed += last.len();
        }
    }
    println!("{printed} bytes, last {}", last.lines().next().unwrap_or_default());
}
