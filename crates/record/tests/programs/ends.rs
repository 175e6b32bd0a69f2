//! Works a little, then ends in the way that its argument names.

use std::hint::black_box;

unsafe extern "C" {
    fn _exit(code: i32) -> !;
    fn raise(signal: i32) -> i32;
    fn kill(pid: i32, signal: i32) -> i32;
    fn getpid() -> i32;
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn setuid(user: u32) -> i32;
    fn chdir(path: *const std::ffi::c_char) -> i32;
    fn close(fd: i32) -> i32;
    fn abort() -> !;
}

/// 10,000 allocations of 100 bytes.
fn work() {
    for _ in 0..10_000 {
        black_box(Vec::<u8>::with_capacity(100));
    }
}

fn main() {
    let how = std::env::args().nth(1).unwrap();
    if how == "at-once" {
        return;
    }
    work();
    match how.as_str() {
        "returns" => {}
        "panics" => panic!("as asked"),
        "aborts" => unsafe { abort() },
        "segfaults" => unsafe {
            std::ptr::without_provenance::<u8>(16).read_volatile();
        },
        "kills-itself" => unsafe {
            kill(getpid(), 9);
        },
        "terminates" => unsafe {
            raise(15);
        },
        "underscore-exit" => unsafe { _exit(7) },
        "exits" => std::process::exit(3),
        "forks" => {
            let child = unsafe { fork() };
            if child == 0 {
                work();
                unsafe { _exit(5) }
            }
            let mut status = 0;
            unsafe { waitpid(child, &mut status, 0) };
            work();
            println!("child {}", status >> 8);
        }
        "forks-and-executes" => {
            let status = std::process::Command::new(std::env::current_exe().unwrap())
                .arg("exits")
                .status()
                .unwrap();
            println!("child {}", status.code().unwrap());
        }
        "becomes-another" => {
            use std::os::unix::process::CommandExt;
            let error = std::process::Command::new(std::env::current_exe().unwrap())
                .arg("exits")
                .exec();
            panic!("{error}");
        }
        "closes-all-descriptors" => {
            (3..1024).for_each(|fd| unsafe {
                close(fd);
            });
            work();
        }
        "changes-folder" => {
            unsafe { chdir(c"/".as_ptr()) };
            work();
        }
        "drops-privileges" => {
            unsafe { setuid(65534) };
            work();
            let status = std::process::Command::new("/bin/true").status().unwrap();
            println!("dropped {}", status.code().unwrap());
        }
        "many-threads" => {
            let threads: Vec<_> = (0..500)
                .map(|_| {
                    std::thread::spawn(|| {
                        black_box(Vec::<u8>::with_capacity(100));
                        std::thread::sleep(std::time::Duration::from_millis(200));
                    })
                })
                .collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        }
        "thread-outlives-main" => {
            std::thread::spawn(|| {
                loop {
                    work();
                }
            });
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        "many-short-threads" => {
            for _ in 0..3000 {
                std::thread::spawn(|| {
                    black_box(Vec::<u8>::with_capacity(100));
                })
                .join()
                .unwrap();
            }
        }
        other => panic!("{other}"),
    }
}
