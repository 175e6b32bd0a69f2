//! Column layout of a widget tree; style rules are kept by the identifier of their class.

use crate::random::Random;

#[derive(Clone, Copy, Default)]
struct Style {
    margin: f32,
    padding: f32,
    grow: f32,
}

impl Style {
    fn random(random: &mut Random) -> Self {
        Self {
            margin: random.below(8) as f32,
            padding: random.below(5) as f32,
            grow: random.unit() as f32 * 0.01,
        }
    }
}

trait StyleSource {
    fn style(&self, class: u32) -> Style;
}

#[derive(Default)]
struct StyleSheet {
    classes: Vec<(u32, Style)>,
}

impl StyleSheet {
    fn define(&mut self, class: u32, style: Style) {
        match self.classes.iter_mut().find(|(known, _)| *known == class) {
            Some((_, old)) => *old = style,
            None => self.classes.push((class, style)),
        }
    }
}

impl StyleSource for StyleSheet {
    fn style(&self, class: u32) -> Style {
        self.classes
            .iter()
            .find(|(known, _)| *known == class) //~
            .map_or_else(Style::default, |(_, style)| *style)
    }
}

struct Widget {
    class: u32,
    content: f32,
    children: Vec<Widget>,
}

impl Widget {
    fn random(random: &mut Random, classes: &[u32], depth: usize) -> Self {
        let children = if depth == 0 { 0 } else { 3 + random.below(6) };
        Self {
            class: random.pick(classes),
            content: 4.0 + random.unit() as f32 * 20.0,
            children: (0..children)
                .map(|_| Self::random(random, classes, depth - 1))
                .collect(),
        }
    }
}

struct Layout<'a> {
    styles: &'a dyn StyleSource,
}

impl Layout<'_> {
    fn height(&self, widget: &Widget, available: f32) -> f32 {
        let style = self.styles.style(widget.class); //~
        let inner = available - 2.0 * style.padding;
        let content: f32 = widget.children.iter().map(|child| self.height(child, inner)).sum();
        let free = (inner - content).max(0.0);
        2.0 * (style.margin + style.padding) + widget.content + content + free * style.grow
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(11);
    let classes: Vec<u32> = (0..900).map(|_| random.next() as u32).collect();
    let mut sheet = StyleSheet::default();
    for &class in &classes {
        sheet.define(class, Style::random(&mut random));
    }
    let root = Widget::random(&mut random, &classes, 5);
    let mut total = 0.0;
    for frame in 0..400 * scale {
        // An animation restyles some of the widgets.
        sheet.define(random.pick(&classes), Style::random(&mut random));
        let layout = Layout { styles: &sheet };
        total += f64::from(layout.height(&root, 800.0 + (frame % 50) as f32));
    }
    println!("{total:.0}");
}
