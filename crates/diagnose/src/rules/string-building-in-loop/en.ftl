string-building-in-loop-title = `{$variable}` is built anew from itself in every pass
string-building-in-loop-why = each pass of the loop at line {$line} copies all that was built before, so the cost grows with the square of the length
string-building-in-loop-fix = append to the one that is there: push_str, extend, or write! onto it
