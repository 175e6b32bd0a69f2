format-in-loop-title = {$call} in a loop makes a text that is soon thrown away
format-in-loop-title-text = {$call} in a loop sends plain text through the formatting machinery
format-in-loop-why = each pass runs the formatting machinery and allocates the result, only to compare, look up or append it
format-in-loop-why-text = for one character or string, the calls through core::fmt cost many times the copy itself
format-in-loop-fix-parts = compare or look up by the parts (a tuple or struct as the key), or format into one buffer that is cleared in each pass
format-in-loop-fix-append = write! straight into the string that is being built
format-in-loop-fix-text = use write_str, write_char, push or push_str, and hand on whole runs of text at once
