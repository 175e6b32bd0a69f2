copy-on-write-of-shared-title = `{$call}` copies everything, again and again
copy-on-write-of-shared-title-handle = this handle makes `{$call}` copy everything, again and again
copy-on-write-of-shared-why = another handle was alive at the change, so it made {$copies} copies of {$bytes} each instead of changing in place
copy-on-write-of-shared-why-cow = the value was borrowed each time, so it made {$copies} copies of {$bytes} each
copy-on-write-of-shared-fix-handle = let go of the handle taken at line {$line} before the change, or read from it what is needed and do not keep it
copy-on-write-of-shared-fix-seek = find who else holds a handle at that moment, and let it go before the change; where every version is wanted, store the differences
copy-on-write-of-shared-fix-cow = make the owned value once, keep and reuse it, or change it only where it has to change
