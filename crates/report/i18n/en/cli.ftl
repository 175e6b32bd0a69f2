# Progress, questions and errors of the commands.
