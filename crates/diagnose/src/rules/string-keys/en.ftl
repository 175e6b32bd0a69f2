string-keys-title = `{$map}` is asked by whole texts for what was looked up before ({$call})
string-keys-why = the key `{$key}` comes from data that exists before the loop at line {$line} of {$function}, so the same texts are looked up letter by letter again and again
string-keys-fix-intern = give each distinct text a number when the data is loaded (interning), keep the numbers in the data, and use them as keys or as indices into a Vec
