use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// 访问统计：每个请求都要在持有锁的情况下更新 —— every request updates it under the lock.
pub fn count(hits: &Arc<Mutex<HashMap<String, u64>>>, path: &str, log: &mut std::fs::File) -> std::io::Result<()> {
    let mut hits = hits.lock().expect("no thread panics while it holds the lock"); *hits.entry(path.to_owned()).or_default() += 1;
    writeln!(log, "访问 {path} {}", hits[path])?;
    Ok(())
}
