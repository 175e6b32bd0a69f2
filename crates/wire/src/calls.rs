//! The I/O calls that the agent counts.

/// Declares the calls with their names.
macro_rules! calls {
    ($($variant:ident = $name:literal,)*) => {
        /// A libc function that does I/O.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum IoCall {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        impl IoCall {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Name of the function.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// From the byte in an entry.
            pub fn from_byte(byte: u8) -> Option<Self> {
                Self::ALL.get(usize::from(byte)).copied()
            }
        }
    };
}

calls! {
    Read = "read",
    Write = "write",
    Readv = "readv",
    Writev = "writev",
    Pread64 = "pread64",
    Pwrite64 = "pwrite64",
    Preadv = "preadv",
    Pwritev = "pwritev",
    Send = "send",
    Recv = "recv",
    Sendto = "sendto",
    Recvfrom = "recvfrom",
    Sendmsg = "sendmsg",
    Recvmsg = "recvmsg",
    Fsync = "fsync",
    Fdatasync = "fdatasync",
    Open = "open",
    Openat = "openat",
    Creat = "creat",
    Close = "close",
    Lseek = "lseek",
    Stat = "stat",
    Fstat = "fstat",
    Lstat = "lstat",
    Fstatat = "fstatat",
    Statx = "statx",
    CopyFileRange = "copy_file_range",
    Sendfile = "sendfile",
    Splice = "splice",
    Ftruncate = "ftruncate",
    Connect = "connect",
    Rename = "rename",
    Unlink = "unlink",
    Mkdir = "mkdir",
    Readlink = "readlink",
    Access = "access",
    Opendir = "opendir",
    Readdir64 = "readdir64",
}
