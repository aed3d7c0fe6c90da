-- name: a text of three billion letters
-- says: out of memory
select repeat('x', 3000000000)

-- name: a text longer than texts can be
-- says: maximum supported string size
select length(repeat('x', 20000000000))

-- name: a list of four hundred million numbers
-- says: out of memory
select range(4000000000)

-- name: a list of lists
-- says: out of memory|stopped after
select list_transform(range(30000000), lambda x: range(1000))

-- name: a text that is padded
-- says: out of memory|stopped after
select lpad('x', 2000000000, 'ab')
