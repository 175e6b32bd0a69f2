large-element-title-variant = each `{$type}` has the size of its largest variant, which is rarely used
large-element-title-padding = a large part of each `{$type}` is padding between its fields
large-element-why-variant = the list takes the room of the largest variant for every element, so that more cache lines are fetched for the same work
large-element-why-padding = the order of the fields leaves gaps, which are fetched with them
large-element-fix-box = put the large part of the rare variant into a `Box`
large-element-fix-order = put the fields in order of falling alignment
