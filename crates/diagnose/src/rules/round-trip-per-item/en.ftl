round-trip-per-item-title = {$trips} questions asked one by one, each waiting for its answer
round-trip-per-item-why = every pass of the loop stands still for a round trip of {$time}, though all questions are known beforehand
round-trip-per-item-fix-batch = ask once for all items: `WHERE id = ANY(…)`, a join, a multi-get, a batch request
round-trip-per-item-fix-pipeline = send all questions before reading the first answer (a pipeline), or keep several under way
