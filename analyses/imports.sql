-- What was imported: files, records and quarantined records of each format.
--
-- Parameters:
--   format (text, optional): only this format

select
    format,
    files,
    records,
    distinct_records,
    repeated_records,
    quarantined,
    not_measured,
    untouched,
    last_imported_at
from imports_by_format
where getvariable('format') is null or format = getvariable('format')
order by records desc, format asc
