//! Waits until its standard input ends.

fn main() {
    std::io::read_to_string(std::io::stdin()).unwrap();
}
