clippy-lint-title = { $says } (clippy::{ $lint })
clippy-lint-why = clippy knows a cheaper way to write this, and the line is hot
clippy-lint-fix = see what clippy says about this line
clippy-lint-fix-suggested = { $help }
clippy-lint-fix-fold = write each piece into one string: `fold` with `write!`
clippy-lint-fix-digits = push the two digits of each byte: nothing is left to format
