allocation-churn-title = `{$buffer}` is allocated anew in every pass
allocation-churn-why = {$allocations} blocks of {$size} (median) were taken and given back, one after the other, for the loop at line {$line}; one that is kept would do
allocation-churn-fix-hoist = make it before the loop at line {$line}, and `clear()` it in each pass
allocation-churn-fix-clone = keep one copy outside of the loop at line {$line}, and `clone_from` into it in each pass
allocation-churn-fix-caller = keep the buffer where the loop at line {$line} is (or in the struct), pass it as `&mut`, and `clear()` it here
allocation-churn-fix-fill = let the callee fill a buffer that is made before the loop at line {$line} and cleared in each pass, instead of returning a new one
allocation-churn-fix-temporary = do without the temporary value, or write it into one buffer that is kept and cleared
