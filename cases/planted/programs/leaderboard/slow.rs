//! Keeps the leaderboard of a game while results come in, and announces each new leader.

use crate::random::Random;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    points: u32,
    seconds_left: u16,
    player: u32,
}

#[derive(Default)]
struct Leaderboard {
    entries: Vec<Entry>,
}

impl Leaderboard {
    fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.order();
    }

    /// Best first; of equal points the faster player.
    fn order(&mut self) {
        self.entries.sort_by(|one, other| other.cmp(one)); //~
    }

    fn leader(&self) -> Option<&Entry> {
        self.entries.first()
    }

    fn top(&self, count: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().take(count)
    }
}

/// One round of a player: shots at targets that become smaller.
fn play(player: u32, random: &mut Random) -> Entry {
    let skill = 0.4 + random.unit() * 0.5;
    let mut points = 0u32;
    let mut seconds_left = 600u16;
    for target in 1..40u32 {
        let hit = random.unit() < skill / (1.0 + f64::from(target) * 0.02);
        if hit {
            points += target * 5;
        }
        seconds_left = seconds_left.saturating_sub(3 + random.below(9) as u16);
    }
    Entry {
        points,
        seconds_left,
        player,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(31);
    let mut board = Leaderboard::default();
    let mut leaders = Vec::new();
    for player in 0..25_000 * scale as u32 {
        board.add(play(player, &mut random));
        if let Some(leader) = board.leader()
            && leaders.last() != Some(&leader.player)
        {
            leaders.push(leader.player);
        }
    }
    println!("leaders in turn: {leaders:?}");
    for (rank, entry) in board.top(5).enumerate() {
        println!("{}. player {} with {} points", rank + 1, entry.player, entry.points);
    }
}
