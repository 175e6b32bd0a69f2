ordered-map-unordered-use-title = `{$map}` is a {$kind} whose order nothing uses
ordered-map-unordered-use-why = each look-up compares keys from node to node down a tree, where a hash table would go to the entry at once
ordered-map-unordered-use-fix-hash = make it a HashMap or HashSet (FxHashMap where keys do not come from an attacker); where its entries are printed or serialized, mind that their order changes
