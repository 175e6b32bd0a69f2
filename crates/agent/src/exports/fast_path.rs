//! Pieces of assembly that the hooks of the heap are made of. Runs inside malloc and signal handlers.
//!
//! Fields of [`wire::Slot`] and other names in braces are given where a piece is used.

/// Loads the slot into rax; label 3 when there is none.
macro_rules! load_slot {
    () => {
        "mov rax, qword ptr [rip + whyslow_local@GOTTPOFF]
         mov rax, qword ptr fs:[rax]
         test rax, rax
         je 3f"
    };
}

/// Counts an allocation of rdi bytes; label 3, with nothing changed, when there is more to do than to count.
macro_rules! count_alloc {
    () => {
        "lea rcx, [rdi + {weight}]
         mov rdx, qword ptr [rax + {countdown}]
         sub rdx, rcx
         js 3f
         mov rcx, qword ptr [rax + {live}]
         add rcx, rdi
         jns 3f
         mov qword ptr [rax + {countdown}], rdx
         mov qword ptr [rax + {live}], rcx
         add qword ptr [rax + {allocations}], 1
         add qword ptr [rax + {allocated_bytes}], rdi"
    };
}

/// Counts the free of block rdi of rsi bytes; label 3, with nothing counted, when there is more to do than to count.
macro_rules! count_dealloc {
    () => {
        "mov rcx, qword ptr [rax + {live}]
         cmp rcx, qword ptr [rax + {live_max}]
         jle 2f
         mov qword ptr [rax + {live_max}], rcx
         2:
         sub rcx, rsi
         cmp rcx, {lowest}
         jl 3f
         mov r8, rdi
         shr r8, 4
         mov r9d, r8d
         shr r9d, 5
         and r9d, {filter_mask}
         lea r10, [rip + {filter}]
         mov r9d, dword ptr [r10 + 4*r9]
         bt r9d, r8d
         jc 3f
         mov qword ptr [rax + {live}], rcx
         add qword ptr [rax + {frees}], 1
         add qword ptr [rax + {freed_bytes}], rsi"
    };
}

/// Calls the original, of which all `malloc` calls are counted already. All arguments must be in their places.
macro_rules! call_original {
    () => {
        "add dword ptr [rax + {depth}], 1
         push rax
         .cfi_adjust_cfa_offset 8
         call r11
         pop rcx
         .cfi_adjust_cfa_offset -8
         sub dword ptr [rcx + {depth}], 1
         ret"
    };
}

/// Label 3: calls `{slow}` with the four arguments, the original's address and the frame pointer.
macro_rules! slow_path {
    () => {
        "3:
         push rbp
         .cfi_adjust_cfa_offset 8
         .cfi_rel_offset rbp, 0
         mov rbp, rsp
         .cfi_def_cfa_register rbp
         mov r8, r11
         mov r9, rbp
         call {slow}
         pop rbp
         .cfi_def_cfa rsp, 8
         .cfi_restore rbp
         ret"
    };
}

/// Label 3 when the call does not come from the program's own code.
macro_rules! only_own {
    () => {
        "mov rdx, qword ptr [rsp]
         sub rdx, qword ptr [rip + {own_code}]
         cmp rdx, qword ptr [rip + {own_code} + 8]
         jae 3f"
    };
}

pub(super) use {call_original, count_alloc, count_dealloc, load_slot, only_own, slow_path};
