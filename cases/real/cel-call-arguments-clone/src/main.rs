//! Evaluates an admission policy for many requests.

use cel::{Context, Program, Value};
use std::env;

const POLICY: &str = "max(size(user), max(size(path), max(size(agent), max(size(region), \
    max(int(string(size(user) + 1)), max(int(string(size(path) + 2)), int(string(size(agent) + 3)))))))) < limit \
    && (path.startsWith('/api/') || path.startsWith('/static/') || user.endsWith('@example.com'))";

fn main() {
    let requests = env::args().nth(1).map_or(20_000, |n| n.parse().expect("a number of requests"));
    let program = Program::compile(POLICY).expect("the policy compiles");
    let mut policies = Context::default();
    policies.add_variable_from_value("limit", 40_i64);
    let mut admitted = 0;
    for request in 0..requests {
        let mut context = policies.new_inner_scope();
        context.add_variable_from_value("user", format!("user{}@example.com", request % 1_000));
        context.add_variable_from_value("path", format!("/api/items/{}", request * 31 % 100_000));
        context.add_variable_from_value("agent", "curl/8.5".to_string());
        context.add_variable_from_value("region", "eu-central".to_string());
        match program.execute(&context) {
            Ok(Value::Bool(true)) => admitted += 1,
            Ok(_) => {}
            Err(error) => panic!("the policy fails: {error}"),
        }
    }
    println!("{admitted} of {requests} requests are admitted");
}
