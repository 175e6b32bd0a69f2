//! What the trace runtime writes down about the C library agrees with the `libc` crate.

#[path = "../../trace-rt/src/abi.rs"]
#[expect(dead_code, reason = "only layouts and numbers are looked at")]
mod abi;

use std::mem::offset_of;

#[test]
fn layouts_agree() {
    assert_eq!(size_of::<abi::Stat>(), size_of::<libc::stat>());
    assert_eq!(offset_of!(abi::Stat, st_dev), offset_of!(libc::stat, st_dev));
    assert_eq!(offset_of!(abi::Stat, st_ino), offset_of!(libc::stat, st_ino));
    assert_eq!(size_of::<abi::Elf64Phdr>(), size_of::<libc::Elf64_Phdr>());
    assert_eq!(
        offset_of!(abi::Elf64Phdr, p_memsz),
        offset_of!(libc::Elf64_Phdr, p_memsz)
    );
    assert_eq!(
        offset_of!(abi::DlPhdrInfo, dlpi_phnum),
        offset_of!(libc::dl_phdr_info, dlpi_phnum)
    );
}

#[test]
fn numbers_agree() {
    let pairs = [
        (abi::O_RDWR, libc::O_RDWR),
        (abi::O_CLOEXEC, libc::O_CLOEXEC),
        (abi::PROT_READ, libc::PROT_READ),
        (abi::PROT_WRITE, libc::PROT_WRITE),
        (abi::MAP_SHARED, libc::MAP_SHARED),
        (abi::MAP_PRIVATE, libc::MAP_PRIVATE),
        (abi::MAP_ANONYMOUS, libc::MAP_ANONYMOUS),
        (abi::MAP_NORESERVE, libc::MAP_NORESERVE),
        (abi::MADV_HUGEPAGE, libc::MADV_HUGEPAGE),
        (abi::PR_GET_NAME, libc::PR_GET_NAME),
    ];
    for (own, libc) in pairs {
        assert_eq!(own, libc as usize);
    }
    let calls = [
        (abi::SYS_OPEN, libc::SYS_open),
        (abi::SYS_CLOSE, libc::SYS_close),
        (abi::SYS_STAT, libc::SYS_stat),
        (abi::SYS_MMAP, libc::SYS_mmap),
        (abi::SYS_MUNMAP, libc::SYS_munmap),
        (abi::SYS_MADVISE, libc::SYS_madvise),
        (abi::SYS_GETPID, libc::SYS_getpid),
        (abi::SYS_PRCTL, libc::SYS_prctl),
        (abi::SYS_GETTID, libc::SYS_gettid),
        (abi::SYS_GETRANDOM, libc::SYS_getrandom),
    ];
    for (own, libc) in calls {
        assert_eq!(own, libc as usize);
    }
    assert_eq!((abi::PT_LOAD, abi::PF_X), (libc::PT_LOAD, libc::PF_X));
    assert_eq!(abi::GRND_INSECURE, libc::GRND_INSECURE);
}
