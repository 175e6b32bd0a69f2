//! A street map whose crossings each know their few streets, and a table whose lines are asked for one field each.

struct Street {
    target: usize,
    seconds: u32,
}

struct Map {
    /// By crossing: three or four of them.
    streets: Vec<Vec<Street>>,
}

struct Layout {
    group: usize,
    value: usize,
}

impl Map {
    fn grid(side: usize) -> Self {
        let crossings = side * side;
        let street = |target: usize| Street {
            target,
            seconds: 5 + (target % 23) as u32,
        };
        let streets = (0..crossings)
            .map(|at| {
                [at + 1, at + crossings - 1, at + side, at + crossings - side]
                    .map(|to| street(to % crossings))
                    .into()
            })
            .collect();
        Self { streets }
    }

    /// The list is another one for each step of the way.
    fn seconds(&self, from: usize, to: usize) -> u32 {
        let street = self.streets[from].iter().find(|street| street.target == to);
        street.map_or(0, |street| street.seconds)
    }
}

fn way_seconds(map: &Map, way: &[usize]) -> u64 {
    way.windows(2)
        .map(|step| u64::from(map.seconds(step[0], step[1])))
        .sum()
}

/// The same fields of line after line.
fn field<'a>(line: &'a str, index: usize) -> Option<&'a str> {
    line.split(';').nth(index)
}

fn sum_of_group(table: &str, layout: &Layout, group: &str) -> u64 {
    let mut sum = 0;
    for line in table.lines() {
        if field(line, layout.group) == Some(group) {
            sum += field(line, layout.value)
                .and_then(|value| value.parse::<u64>().ok())
                .unwrap_or(0);
        }
    }
    sum
}

fn table(lines: usize) -> String {
    (0..lines)
        .map(|number| format!("{number};g{};{};x\n", number % 7, number * 31 % 1000))
        .collect()
}

pub fn run(scale: usize) {
    let side = 200;
    let map = Map::grid(side);
    let way: Vec<usize> = (0..side * side).map(|step| step * 201 % (side * side)).collect();
    let (table, layout) = (table(4_000), Layout { group: 1, value: 2 });
    let groups = ["g0", "g1", "g2", "g3", "g4", "g5", "g6"];
    let (mut seconds, mut sum) = (0, 0);
    for round in 0..80 * scale {
        seconds += way_seconds(&map, &way[round % 100..]);
        sum += sum_of_group(&table, &layout, groups[round % groups.len()]);
    }
    println!("{seconds} seconds, {sum}");
}
