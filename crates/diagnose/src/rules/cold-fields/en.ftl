cold-fields-title = reads a few fields of each `{$type}` and fetches all of it
cold-fields-why = the fields that it does not read lie in the same cache lines as those that it does, and are fetched with them
cold-fields-fix-split = move the cold fields into a struct of their own behind a `Box`, or into a second `Vec` with the same indices
cold-fields-fix-arrays = keep what the loop reads in an array of its own (structure of arrays)
