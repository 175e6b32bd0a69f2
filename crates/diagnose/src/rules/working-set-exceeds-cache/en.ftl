working-set-exceeds-cache-title = goes again and again through memory that is larger than the core's cache: {$object}
working-set-exceeds-cache-why = when a pass is over its beginning has left the cache, so that each pass fetches all of it anew
working-set-exceeds-cache-fix-block = do all passes over a part that fits the cache, then go on to the next part
working-set-exceeds-cache-fix-smaller = make the elements smaller, or join the loops that go through them one after the other
working-set-exceeds-cache-title-jumps = jumps about in memory that is larger than the core's cache: {$object}
working-set-exceeds-cache-why-jumps = nearly each access goes to another line, which has left the cache long ago or was never in it
working-set-exceeds-cache-fix-partition = put the keys into parts first, by their highest bits, and work part by part, so that the part of the table stays in the cache
