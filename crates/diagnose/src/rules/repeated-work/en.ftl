repeated-work-title = the same answer is computed again in every pass: `{$call}`
repeated-work-why = nothing that it depends on changes in the loop at line {$line}, so all passes but the first compute what is known
repeated-work-why-caller = {$function} asks for it in the loop at line {$line}, and nothing that it depends on changes there, so all passes but the first compute what is known
repeated-work-fix-before = compute it once, before the loop, and use the result in it
repeated-work-fix-pass = compute it once, before the loop, and pass the result down
repeated-work-fix-look-up = look it up once, before the loop
