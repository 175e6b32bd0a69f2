repeated-construction-title = {$call} builds the same thing again and again
repeated-construction-title-thread = {$call} starts a thread for every item
repeated-construction-why = the loop at line {$line} builds it in every pass, from arguments that do not change
repeated-construction-why-caller = {$function} asks for it in the loop at line {$line}, and it is built anew each time from arguments that do not change
repeated-construction-fix-once = build it once and keep it: before the loop, in a field, or in a static LazyLock
repeated-construction-fix-ahead = have the compiler build it: make the functions that compute it `const`
repeated-construction-fix-pool = keep a few threads and hand them the items: a pool (rayon), or one thread per processor with a share of the items each
repeated-construction-why-thread = the run started {$threads} threads, and starting and joining one costs some tens of microseconds whatever it does
