-- How the files beside this one were made, with DuckDB 1.5.6: what another writer makes of rows of ours.
set timezone = 'UTC';

create table signins as
select (timestamptz '2024-05-01 08:00:00+00' + to_milliseconds(i * 60123)) as TimeGenerated,
       'user' || (i % 3) || '@contoso.example' as UserPrincipalName,
       '203.0.113.' || i as IPAddress,
       case when i % 4 = 0 then '50126' else '0' end as ResultType,
       case when i % 5 = 4 then null else {'city': 'Zürich', 'geo': {'lat': 47.25 + i, 'lon': 8.5}} end as LocationDetails,
       case when i % 3 = 0 then null
            when i % 3 = 1 then []
            else [{'key': 'amr', 'value': 'pwd'}, null, {'key': null, 'value': 'x' || i}] end as AuthenticationDetails,
       i::integer as Attempt
from range(12) rows(i);

copy signins to 'signins_v1_snappy.parquet' (format parquet, parquet_version 'v1', codec 'snappy');
copy signins to 'signins_v2_zstd.parquet' (format parquet, parquet_version 'v2', codec 'zstd');

create table kinds as
select i % 2 = 0 as flag, i::tinyint as tiny, (250 + i)::utinyint as utiny, (4294967290 + i)::uinteger as uint, (i * -1000000007)::bigint as big,
       (18446744073709551610 + i)::ubigint as ubig, (i / 8)::float as single, (i / 3)::double as double,
       (i * 1234567 - 2)::decimal(12, 3) as money, (i * 98765432109876543210)::decimal(30, 2) as huge,
       'text ' || (i // 2) as words, 'prefix/of/all/' || i as path, '\xAA\xBB'::blob as bytes,
       date '1969-12-30' + i::integer as day, timestamp '1969-12-31 23:59:59.9' + to_milliseconds(i * 50) as moment,
       time '23:59:58.5' as clock, to_days(i::integer) + to_milliseconds(7) as span,
       ('00000000-0000-4000-8000-00000000000' || i)::uuid as id, ('{"n": ' || i || ', "x": [1.50, null]}')::json as document,
       map {'a': i, 'b': null} as bag, [[i], [], null] as grid, null::integer as nothing
from range(5) rows(i);

copy kinds to 'kinds_v1_gzip.parquet' (format parquet, parquet_version 'v1', codec 'gzip');
copy kinds to 'kinds_v2_lz4.parquet' (format parquet, parquet_version 'v2', codec 'lz4_raw', dictionary_size_limit 1);
