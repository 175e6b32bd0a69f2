//! I/O on sockets. Runs inside malloc and signal handlers.

use super::files::counted;
use crate::abi::{c_int, c_uint, c_void, size_t, ssize_t};
use crate::hooks::io::{self, Outcome};
use crate::real;
use wire::IoCall;

counted! {
    Send, fd fd, of_transfer: fn send = send(fd: c_int, buffer: *const c_void, n: size_t, flags: c_int) -> ssize_t;
    Recv, fd fd, of_transfer: fn recv = recv(fd: c_int, buffer: *mut c_void, n: size_t, flags: c_int) -> ssize_t;
    Sendto, fd fd, of_transfer: fn sendto = sendto(fd: c_int, buffer: *const c_void, n: size_t, flags: c_int, to: *const c_void, size: c_uint) -> ssize_t;
    Recvfrom, fd fd, of_transfer: fn recvfrom = recvfrom(fd: c_int, buffer: *mut c_void, n: size_t, flags: c_int, from: *mut c_void, size: *mut c_uint) -> ssize_t;
    Sendmsg, fd fd, of_transfer: fn sendmsg = sendmsg(fd: c_int, message: *const c_void, flags: c_int) -> ssize_t;
    Recvmsg, fd fd, of_transfer: fn recvmsg = recvmsg(fd: c_int, message: *mut c_void, flags: c_int) -> ssize_t;
    Connect, fd fd, of_status: fn connect = connect(fd: c_int, to: *const c_void, size: c_uint) -> c_int;
}
