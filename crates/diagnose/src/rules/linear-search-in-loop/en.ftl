linear-search-in-loop-title = linear search in a loop: {$call} scans a list again and again
linear-search-in-loop-title-hand-written = linear search in a loop: `for … in {$list}` scans a list again and again
linear-search-in-loop-why = every pass of the loop at line {$line} scans the list from its start, so the cost grows with the product of both lengths
linear-search-in-loop-why-caller = {$function} asks for it in the loop at line {$line}, and each call scans the list from its start, so the cost grows with the product of both lengths
linear-search-in-loop-fix-set = build a HashSet of the elements once, before the loop, and ask it instead
linear-search-in-loop-fix-map = build a HashMap from the key to the element once, before the loop, and look up there
linear-search-in-loop-fix-index = collect the elements into a Vec once, before the loop, and index it
