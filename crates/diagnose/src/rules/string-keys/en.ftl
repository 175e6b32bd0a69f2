string-keys-title = `{$map}` hashes and compares whole texts to look up what was looked up before ({$call})
string-keys-why = the key `{$key}` comes from data that the loop at line {$line} of {$function} walks through anew in every pass, so the same texts are hashed again and again
string-keys-fix-intern = give each distinct text a number when the data is loaded (interning), keep the numbers in the data, and use them as keys or as indices into a Vec
