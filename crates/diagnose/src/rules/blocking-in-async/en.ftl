blocking-in-async-title-sleep = async code sleeps on the runtime's thread, {$calls} times
blocking-in-async-title-file = async code does file I/O on the runtime's thread, {$calls} calls
blocking-in-async-title-socket = async code waits for a pipe or socket on the runtime's thread, {$calls} times
blocking-in-async-title-lock = async code waits for a lock on the runtime's thread, {$calls} times
blocking-in-async-title-other = async code waits on the runtime's thread, {$calls} times
blocking-in-async-why = for {$time} each time a worker of the runtime runs no other task; {$threads ->
    [one] it happened on one thread
   *[other] it happened on {$threads} threads
}
blocking-in-async-fix-sleep = await the runtime's own timer: `tokio::time::sleep(…).await`
blocking-in-async-fix-file = move the file I/O into `spawn_blocking`, as one piece, or use `tokio::fs`
blocking-in-async-fix-socket = use the runtime's own sockets and await them: `tokio::net`
blocking-in-async-fix-lock = hold the lock for less time, or await the runtime's own: `tokio::sync::Mutex`, a channel
blocking-in-async-fix-other = run what blocks in `spawn_blocking` and await its result
