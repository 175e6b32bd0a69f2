//! Plans shifts: asks for each nurse's record again and again while it fills the calendar.

#[derive(Clone)]
struct Nurse {
    name: String,
    wards: Vec<u16>,
    skills: Vec<String>,
    hours: u32,
}

struct Staff {
    nurses: Vec<Nurse>,
}

struct Shift {
    ward: u16,
    hours: u32,
}

impl Staff {
    fn hire(count: u16) -> Self {
        let nurse = |number: u16| Nurse {
            name: ["Ada", "Bo", "Cleo", "Dag", "Eve"][usize::from(number) % 5].to_owned(),
            wards: (0..4).map(|step| (number * 7 + step * 3) % 20).collect(),
            skills: ["triage", "dialysis", "paediatrics"].map(str::to_owned).to_vec(),
            hours: 30 + u32::from(number) % 9,
        };
        Self {
            nurses: (0..count).map(nurse).collect(),
        }
    }

    fn nurse(&self, number: usize) -> Nurse {
        self.nurses[number].clone() //~ needless-clone
    }

    fn fits(&self, number: usize, shift: &Shift) -> bool {
        let nurse = self.nurse(number);
        nurse.wards.contains(&shift.ward) && nurse.hours >= shift.hours && !nurse.skills.is_empty()
    }
}

/// How tired a nurse is after a shift, by the union's formula.
fn fatigue(hours: u32, name_length: usize) -> f64 {
    let mut fatigue = f64::from(hours) + name_length as f64;
    for hour in 0..hours {
        fatigue = (fatigue + f64::from(hour % 4)).sqrt() * 2.7;
    }
    fatigue
}

fn fill(staff: &Staff, shifts: &[Shift]) -> (u64, f64) {
    let (mut filled, mut tiredness) = (0, 0.0);
    for shift in shifts {
        for number in 0..staff.nurses.len() {
            if staff.fits(number, shift) {
                filled += 1;
                tiredness += fatigue(shift.hours, staff.nurses[number].name.len());
            }
        }
    }
    (filled, tiredness)
}

pub fn run(scale: usize) {
    let staff = Staff::hire(100);
    let shifts: Vec<Shift> = (0..90)
        .map(|day| Shift {
            ward: day % 20,
            hours: 28 + u32::from(day) % 8,
        })
        .collect();
    let (mut filled, mut tiredness) = (0, 0.0);
    for _ in 0..scale * 60 {
        let week = fill(&staff, &shifts);
        filled += week.0;
        tiredness += week.1;
    }
    println!("{filled} filled, {tiredness:.4}");
}
