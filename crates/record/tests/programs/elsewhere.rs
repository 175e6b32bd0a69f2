//! Allocates on stacks that are not a thread's own, loads a library, and has a thread cancelled in the middle of a read.

use std::arch::asm;
use std::ffi::{c_char, c_int, c_void};
use std::hint::black_box;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn pipe(fds: *mut [c_int; 2]) -> c_int;
    fn pthread_create(
        thread: *mut usize,
        attributes: *const c_void,
        function: extern "C-unwind" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    fn pthread_cancel(thread: usize) -> c_int;
    fn pthread_join(thread: usize, result: *mut *mut c_void) -> c_int;
}

unsafe extern "C-unwind" {
    fn read(fd: c_int, buffer: *mut c_void, n: usize) -> isize;
}

extern "C" fn work() {
    for _ in 0..20_000 {
        black_box(Vec::<u8>::with_capacity(1000));
    }
}

extern "C-unwind" fn wait_for_ever(fd: *mut c_void) -> *mut c_void {
    let mut byte = 0u8;
    unsafe { read(fd as usize as c_int, (&raw mut byte).cast(), 1) };
    std::ptr::null_mut()
}

fn main() {
    match std::env::args().nth(1).unwrap().as_str() {
        "fiber" => {
            let stack = Box::leak(vec![0u8; 256 << 10].into_boxed_slice());
            let top = (stack.as_mut_ptr() as usize + stack.len()) & !63;
            unsafe {
                asm!("mov r12, rsp", "mov rsp, {top}", "call {work}", "mov rsp, r12",
                    top = in(reg) top, work = sym work, out("r12") _, clobber_abi("C"));
            }
        }
        "library" => {
            let library = unsafe { dlopen(c"libm.so.6".as_ptr(), 2) };
            assert!(!library.is_null());
            work();
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        "cancelled" => {
            let mut fds = [0; 2];
            unsafe { pipe(&mut fds) };
            let (mut thread, mut result) = (0, std::ptr::null_mut());
            unsafe {
                pthread_create(
                    &mut thread,
                    std::ptr::null(),
                    wait_for_ever,
                    fds[0] as usize as *mut c_void,
                )
            };
            std::thread::sleep(std::time::Duration::from_millis(50));
            unsafe { pthread_cancel(thread) };
            unsafe { pthread_join(thread, &mut result) };
            println!("{}", result as isize);
        }
        other => panic!("{other}"),
    }
}
