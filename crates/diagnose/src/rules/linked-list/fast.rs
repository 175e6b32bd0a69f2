//! Compares delivery routes: for each van, what driving a day's stops in order would cost.

struct Stop {
    east: i32,
    north: i32,
    minutes: i32,
}

struct Van {
    cost_per_unit: i64,
    cost_per_minute: i64,
    load: u32,
}

/// Stops come in by district, in turn; the route serves one district after another.
fn plan_route(stops: i32, districts: i32) -> Vec<Stop> {
    let per_district = (stops / districts + 1) as usize;
    let mut by_district: Vec<Vec<Stop>> = (0..districts).map(|_| Vec::with_capacity(per_district)).collect();
    for index in 0..stops {
        let place = index.wrapping_mul(7919);
        let stop = Stop {
            east: place % 997,
            north: place % 613,
            minutes: 2 + place % 9,
        };
        by_district[(index % districts) as usize].push(stop);
    }
    let mut route = Vec::with_capacity(stops as usize);
    for district in &mut by_district {
        route.append(district);
    }
    route
}

// [page]
fn driving_cost(route: &[Stop], van: &Van) -> i64 {
    let (mut east, mut north, mut cost) = (0, 0, 0);
    for stop in route {
        let distance = (stop.east - east).abs() + (stop.north - north).abs();
        cost += i64::from(distance) * van.cost_per_unit + i64::from(stop.minutes) * van.cost_per_minute;
        (east, north) = (stop.east, stop.north);
    }
    cost
}
// [/page]

/// Fuel by load, from the maker's consumption curve.
fn fuel(van: &Van) -> f64 {
    let mut litres = 10.0 + f64::from(van.load);
    for kilometre in 0..75_000 {
        litres = (litres * 1.002 + f64::from(kilometre % 13)).sqrt() * 3.3;
    }
    litres
}

pub fn run(scale: usize) {
    let route = plan_route(150_000, 32);
    let (mut cheapest, mut litres) = (i64::MAX, 0.0);
    for number in 0..scale as i64 * 40 {
        let van = Van {
            cost_per_unit: 3 + number % 5,
            cost_per_minute: 40 - number % 11,
            load: number as u32 % 900,
        };
        cheapest = cheapest.min(driving_cost(&route, &van));
        litres += fuel(&van);
    }
    println!("{} stops, cheapest {cheapest}, {litres:.6} litres", route.len());
}
