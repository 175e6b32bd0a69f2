contended-atomic-title = threads queue for one atomic: {$object}
contended-atomic-why = each change takes its cache line from the core that changed it last, so that the threads stand in line for it
contended-atomic-fix-local = count in a local variable and add the sum once, when the thread or the batch is done
contended-atomic-fix-shards = one counter for each thread, padded to a cache line, added up by who reads them
contended-atomic-fix-borrow = do not clone the `Arc` in the loop: borrow what it holds, or give each thread one clone for all of its work
