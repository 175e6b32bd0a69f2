//! Plays out what-if scenarios: each changes its own copy of the plan, the baseline stays for the next.

#[derive(Clone)]
struct Plan {
    hours_by_machine: Vec<f64>,
    priority: u32,
}

#[derive(Clone, Copy)]
struct Shock {
    machine: usize,
    factor: f64,
}

fn baseline(machines: u32) -> Plan {
    Plan {
        hours_by_machine: (0..machines).map(|machine| f64::from(4 + machine * 7 % 9)).collect(),
        priority: 3,
    }
}

/// Spreads an overload from machine to machine until the plan is calm again.
fn rebalance(plan: &mut Plan, rounds: u32) {
    let last = plan.hours_by_machine.len() - 1;
    for _ in 0..rounds {
        for machine in 0..last {
            let surplus = (plan.hours_by_machine[machine] - 8.0).max(0.0) * 0.5;
            plan.hours_by_machine[machine] -= surplus;
            plan.hours_by_machine[last] += surplus / f64::from(plan.priority);
        }
    }
}

fn play(baseline: &Plan, shock: Shock) -> Plan {
    let mut plan = baseline.clone();
    plan.hours_by_machine[shock.machine] *= shock.factor;
    rebalance(&mut plan, 3);
    plan
}

pub fn run(scale: usize) {
    let baseline = baseline(64);
    let mut best = baseline.clone();
    let mut total = 0.0;
    for round in 0..scale * 50_000 {
        let shock = Shock {
            machine: round % 63,
            factor: 1.5 + (round % 7) as f64,
        };
        let plan = play(&baseline, shock);
        total += plan.hours_by_machine[63];
        if plan.hours_by_machine[63] < best.hours_by_machine[63] {
            best = plan;
        }
    }
    println!("best {:.6}, total {total:.6}", best.hours_by_machine[63]);
}
