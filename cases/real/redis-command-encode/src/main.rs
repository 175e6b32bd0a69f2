//! Encodes commands for a Redis server (argument = commands).
fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(3_000_000);
    let mut bytes = 0;
    for i in 0..n {
        let mut command = redis::cmd("HSET");
        command.arg("sensor:temperature").arg(i).arg("21.5");
        bytes += command.get_packed_command().len();
    }
    println!("{bytes} bytes");
}
