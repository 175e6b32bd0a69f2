//! Lets heat spread over a plate: each cell takes from the cells beside it.

struct Plate {
    width: usize,
    cells: Vec<f64>,
}

impl Plate {
    fn new(width: usize, height: usize) -> Self {
        let heat = |at: usize| if at.is_multiple_of(97) { 900.0 } else { 20.0 };
        Self {
            width,
            cells: (0..width * height).map(heat).collect(),
        }
    }

    /// The cells above, below, left and right that lie on the plate.
    fn beside(&self, at: usize) -> Vec<usize> {
        let (width, count) = (self.width, self.cells.len());
        let column = at % width;
        [
            (at >= width).then(|| at - width),
            (at + width < count).then_some(at + width),
            (column > 0).then(|| at - 1),
            (column + 1 < width).then_some(at + 1),
        ]
        .into_iter()
        .flatten()
        .collect() //~ temporary-collection
    }

    fn spread(&self) -> Self {
        let mut cells = Vec::with_capacity(self.cells.len());
        for at in 0..self.cells.len() {
            let mut sum = 0.0;
            let mut count = 0.0;
            for other in self.beside(at) {
                sum += self.cells[other];
                count += 1.0;
            }
            cells.push(self.cells[at] * 0.6 + sum / count * 0.4);
        }
        Self {
            width: self.width,
            cells,
        }
    }
}

pub fn run(scale: usize) {
    let mut plate = Plate::new(120, 80);
    for _ in 0..scale * 80 {
        plate = plate.spread();
    }
    let hottest = plate.cells.iter().copied().fold(0.0, f64::max);
    println!("{hottest:.6}");
}
