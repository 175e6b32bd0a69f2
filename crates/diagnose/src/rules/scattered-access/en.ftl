scattered-access-title-stride = goes through memory in large steps: {$object}
scattered-access-title-linked = goes from one small heap block to the next: {$object}
scattered-access-why-stride = of each cache line that it fetches it uses a few bytes, and the line is gone before it uses the others
scattered-access-why-linked = each element lies on a cache line of its own, most of which nobody uses
scattered-access-fix-order = swap the loops, so that the inner one walks along neighbouring elements
scattered-access-fix-array = keep what the loop needs in an array of its own (structure of arrays)
scattered-access-fix-index = hold the elements in one `Vec` and link them by index, or keep what the loop reads beside the link
