//! What the agent writes down about the C library agrees with the `libc` crate.

#[path = "../../agent/src/abi.rs"]
#[expect(dead_code, reason = "only layouts and numbers are looked at")]
mod abi;

use std::mem::offset_of;

#[test]
fn layouts_agree() {
    assert_eq!(size_of::<abi::timespec>(), size_of::<libc::timespec>());
    assert_eq!(size_of::<abi::itimerspec>(), size_of::<libc::itimerspec>());
    assert_eq!(size_of::<abi::rlimit>(), size_of::<libc::rlimit>());
    assert_eq!(size_of::<abi::iovec>(), size_of::<libc::iovec>());
    assert_eq!(size_of::<abi::stat>(), size_of::<libc::stat>());
    assert_eq!(offset_of!(abi::stat, st_dev), offset_of!(libc::stat, st_dev));
    assert_eq!(offset_of!(abi::stat, st_ino), offset_of!(libc::stat, st_ino));
    assert_eq!(offset_of!(abi::stat, st_mode), offset_of!(libc::stat, st_mode));
    assert_eq!(offset_of!(abi::stat, st_size), offset_of!(libc::stat, st_size));
    assert_eq!(size_of::<abi::sigevent>(), size_of::<libc::sigevent>());
    assert_eq!(
        offset_of!(abi::sigevent, sigev_signo),
        offset_of!(libc::sigevent, sigev_signo)
    );
    assert_eq!(
        offset_of!(abi::sigevent, sigev_notify),
        offset_of!(libc::sigevent, sigev_notify)
    );
    assert_eq!(
        offset_of!(abi::sigevent, sigev_notify_thread_id),
        offset_of!(libc::sigevent, sigev_notify_thread_id)
    );
    assert_eq!(size_of::<abi::sigset_t>(), size_of::<libc::sigset_t>());
    assert_eq!(size_of::<abi::sigaction>(), size_of::<libc::sigaction>());
    assert_eq!(
        offset_of!(abi::sigaction, sa_mask),
        offset_of!(libc::sigaction, sa_mask)
    );
    assert_eq!(
        offset_of!(abi::sigaction, sa_flags),
        offset_of!(libc::sigaction, sa_flags)
    );
    assert_eq!(
        offset_of!(abi::ucontext_t, gregs),
        offset_of!(libc::ucontext_t, uc_mcontext)
    );
    assert_eq!(size_of::<abi::Elf64_Phdr>(), size_of::<libc::Elf64_Phdr>());
    assert_eq!(
        offset_of!(abi::Elf64_Phdr, p_vaddr),
        offset_of!(libc::Elf64_Phdr, p_vaddr)
    );
    assert_eq!(
        offset_of!(abi::Elf64_Phdr, p_memsz),
        offset_of!(libc::Elf64_Phdr, p_memsz)
    );
    assert_eq!(
        offset_of!(abi::dl_phdr_info, dlpi_phdr),
        offset_of!(libc::dl_phdr_info, dlpi_phdr)
    );
    assert_eq!(
        offset_of!(abi::dl_phdr_info, dlpi_phnum),
        offset_of!(libc::dl_phdr_info, dlpi_phnum)
    );
}

#[test]
fn numbers_agree() {
    let pairs = [
        (abi::CLOCK_MONOTONIC, libc::CLOCK_MONOTONIC),
        (abi::CLOCK_THREAD_CPUTIME_ID, libc::CLOCK_THREAD_CPUTIME_ID),
        (abi::EBUSY, libc::EBUSY),
        (abi::EAGAIN, libc::EAGAIN),
        (abi::ENOSYS, libc::ENOSYS),
        (abi::O_RDWR, libc::O_RDWR),
        (abi::O_NOCTTY, libc::O_NOCTTY),
        (abi::O_NONBLOCK, libc::O_NONBLOCK),
        (abi::O_CLOEXEC, libc::O_CLOEXEC),
        (abi::PROT_READ, libc::PROT_READ),
        (abi::PROT_WRITE, libc::PROT_WRITE),
        (abi::PROT_EXEC, libc::PROT_EXEC),
        (abi::MAP_SHARED, libc::MAP_SHARED),
        (abi::MAP_PRIVATE, libc::MAP_PRIVATE),
        (abi::MAP_ANONYMOUS, libc::MAP_ANONYMOUS),
        (abi::MAP_FIXED_NOREPLACE, libc::MAP_FIXED_NOREPLACE),
        (abi::MADV_DONTDUMP, libc::MADV_DONTDUMP),
        (abi::PR_GET_NAME, libc::PR_GET_NAME),
        (abi::RLIMIT_STACK, libc::RLIMIT_STACK as i32),
        (abi::SA_SIGINFO, libc::SA_SIGINFO),
        (abi::SA_RESTART, libc::SA_RESTART),
        (abi::SA_ONSTACK, libc::SA_ONSTACK),
        (abi::SIGEV_THREAD_ID, libc::SIGEV_THREAD_ID),
        (abi::FUTEX_WAIT, libc::FUTEX_WAIT),
        (abi::FUTEX_WAKE, libc::FUTEX_WAKE),
        (abi::FUTEX_WAKE_OP, libc::FUTEX_WAKE_OP),
        (abi::FUTEX_LOCK_PI, libc::FUTEX_LOCK_PI),
        (abi::FUTEX_LOCK_PI2, libc::FUTEX_LOCK_PI2),
        (abi::FUTEX_WAIT_BITSET, libc::FUTEX_WAIT_BITSET),
        (abi::FUTEX_WAKE_BITSET, libc::FUTEX_WAKE_BITSET),
        (abi::FUTEX_FLAGS, libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME),
    ];
    for (at, (own, libc)) in pairs.into_iter().enumerate() {
        assert_eq!(own, libc, "pair {at}");
    }
    assert_eq!((abi::PT_LOAD, abi::PF_X), (libc::PT_LOAD, libc::PF_X));
    assert_eq!(abi::S_IFMT, libc::S_IFMT);
    assert_eq!(
        [abi::S_IFREG, abi::S_IFIFO, abi::S_IFSOCK, abi::S_IFCHR],
        [libc::S_IFREG, libc::S_IFIFO, libc::S_IFSOCK, libc::S_IFCHR]
    );
    assert_eq!(
        (abi::REG_RBP, abi::REG_RSP, abi::REG_RIP),
        (libc::REG_RBP as usize, libc::REG_RSP as usize, libc::REG_RIP as usize)
    );
}

#[test]
fn system_call_numbers_agree() {
    let pairs = [
        (abi::SYS_MMAP, libc::SYS_mmap),
        (abi::SYS_MPROTECT, libc::SYS_mprotect),
        (abi::SYS_MUNMAP, libc::SYS_munmap),
        (abi::SYS_MADVISE, libc::SYS_madvise),
        (abi::SYS_GETPID, libc::SYS_getpid),
        (abi::SYS_OPEN, libc::SYS_open),
        (abi::SYS_CLOSE, libc::SYS_close),
        (abi::SYS_STAT, libc::SYS_stat),
        (abi::SYS_FSTAT, libc::SYS_fstat),
        (abi::SYS_READLINK, libc::SYS_readlink),
        (abi::SYS_PRCTL, libc::SYS_prctl),
        (abi::SYS_GETTID, libc::SYS_gettid),
        (abi::SYS_FUTEX, libc::SYS_futex),
        (abi::SYS_TIMER_CREATE, libc::SYS_timer_create),
        (abi::SYS_TIMER_SETTIME, libc::SYS_timer_settime),
        (abi::SYS_TIMER_DELETE, libc::SYS_timer_delete),
        (abi::SYS_PRLIMIT64, libc::SYS_prlimit64),
        (abi::SYS_PROCESS_VM_READV, libc::SYS_process_vm_readv),
    ];
    for (own, libc) in pairs {
        assert_eq!(own, libc);
    }
}
