//! Renders a screen of cells with styles by name into the escape codes of a terminal, and counts the bytes.

use crate::random::Random;

#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    foreground: Option<[u8; 3]>,
    background: Option<[u8; 3]>,
    bold: bool,
    underlined: bool,
}

struct Theme {
    styles: Vec<&'static str>,
}

/// The styles of a theme, parsed once.
struct Palette {
    styles: Vec<Style>,
}

struct Cell {
    glyph: char,
    style: usize,
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let value = u32::from_str_radix(text.strip_prefix('#')?, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

fn parse(text: &str) -> Style {
    let mut style = Style::default();
    for word in text.split_whitespace() {
        match word.split_once(':') {
            Some(("fg", name)) => style.foreground = colour(name),
            Some(("bg", name)) => style.background = colour(name),
            None if word == "bold" => style.bold = true,
            None if word == "underline" => style.underlined = true,
            _ => {}
        }
    }
    style
}

impl Theme {
    fn palette(&self) -> Palette {
        Palette {
            styles: self.styles.iter().map(|text| parse(text)).collect(),
        }
    }
}

impl Palette {
    fn style(&self, index: usize) -> Style {
        self.styles[index]
    }
}

#[derive(Default)]
struct Screen {
    bytes: usize,
    switches: usize,
    tint: u64,
}

impl Screen {
    fn switch(&mut self, style: Style) {
        self.switches += 1;
        self.bytes += 4 + 4 * (usize::from(style.bold) + usize::from(style.underlined));
        for colour in [style.foreground, style.background].into_iter().flatten() {
            self.bytes += 19;
            self.tint = self.tint.rotate_left(5) ^ u64::from(colour[0] ^ colour[1] ^ colour[2]);
        }
    }

    fn row(&mut self, cells: &[Cell], palette: &Palette) {
        let mut current = Style::default();
        for cell in cells {
            let style = palette.style(cell.style);
            if style != current {
                self.switch(style);
                current = style;
            }
            self.bytes += cell.glyph.len_utf8();
        }
    }
}

fn theme() -> Theme {
    let styles = vec![
        "fg:#d0d0d0",
        "fg:#ff8700 bold",
        "fg:#5fafff",
        "fg:#87d787 underline",
        "fg:#808080",
        "fg:#ffffff bg:#5f0000 bold",
        "fg:#d7d7af bg:#303030",
        "bold underline",
        "fg:#af87ff",
        "bg:#444444",
    ];
    Theme { styles }
}

fn screen(width: usize, height: usize, styles: usize) -> Vec<Vec<Cell>> {
    let mut random = Random::new(90);
    let mut style = 0;
    let mut cell = || {
        if random.below(5) == 0 {
            style = random.below(styles);
        }
        Cell {
            glyph: random.pick(&['a', 'e', 'ß', '│', ' ', '0']),
            style,
        }
    };
    (0..height).map(|_| (0..width).map(|_| cell()).collect()).collect()
}

pub fn run(scale: usize) {
    let theme = theme();
    let rows = screen(180, 50, theme.styles.len());
    let mut last = Screen::default();
    let palette = theme.palette();
    for _ in 0..1_200 * scale {
        last = Screen::default();
        rows.iter().for_each(|row| last.row(row, &palette));
    }
    println!("{} bytes, {} switches, {:x}", last.bytes, last.switches, last.tint);
}
