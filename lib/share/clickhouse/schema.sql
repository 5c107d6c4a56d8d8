-- SPDX-License-Identifier: BSL-1.0
-- The table for the calls of many machines, as `cotrace --format=rows` writes them, and views that the server keeps up to
-- date while rows come in. ClickHouse 18.16 and later.
--
--     clickhouse-client --multiquery < schema.sql
--     clickhouse-client --query 'INSERT INTO cotrace.calls FORMAT JSONEachRow' < rows

CREATE DATABASE IF NOT EXISTS cotrace;

-- The columns of the rows, and the day of the call. The data is partitioned by day: `ALTER TABLE cotrace.calls DROP
-- PARTITION '2026-11-30'` deletes a day. Texts that are not known are empty.
CREATE TABLE IF NOT EXISTS cotrace.calls
(
    start_ns Int64,
    duration_ns Int64,
    host String,
    pid Int32,
    tid Int32,
    comm String,
    syscall String,
    args String,
    path String,
    fd Nullable(Int32),
    error String,
    `return` Nullable(Int64),
    class String,
    stack String,
    day Date MATERIALIZED toDate(toDateTime(intDiv(start_ns, 1000000000)))
)
ENGINE = MergeTree()
PARTITION BY day
ORDER BY (host, syscall, start_ns);

-- For each day, host and system call: the number of calls, the number of errors, and times with percentiles. The columns are
-- states of aggregate functions, so that the server can add up rows that came at different times. Queries read them with
-- functions with the suffix -Merge, as in queries.sql.
CREATE MATERIALIZED VIEW IF NOT EXISTS cotrace.call_times
ENGINE = AggregatingMergeTree()
PARTITION BY day
ORDER BY (host, syscall, day)
AS SELECT
    toDate(toDateTime(intDiv(start_ns, 1000000000))) AS day,
    host,
    syscall,
    countState() AS calls,
    sumState(toUInt64(error != '')) AS errors,
    sumState(duration_ns) AS total_ns,
    maxState(duration_ns) AS longest_ns,
    quantilesTDigestState(0.5, 0.95, 0.99)(duration_ns) AS percentiles_ns
FROM cotrace.calls
GROUP BY day, host, syscall;

-- For each path, the number of calls that failed, by error. A key can have several rows: sum the column `calls`.
CREATE MATERIALIZED VIEW IF NOT EXISTS cotrace.failed_files
ENGINE = SummingMergeTree()
PARTITION BY day
ORDER BY (host, path, syscall, error, day)
AS SELECT
    toDate(toDateTime(intDiv(start_ns, 1000000000))) AS day,
    host,
    path,
    syscall,
    error,
    count() AS calls
FROM cotrace.calls
WHERE path != '' AND error != ''
GROUP BY day, host, path, syscall, error;

-- The connections that programs made and accepted: an address of IPv4 or IPv6 with a port, or the name of a Unix socket
-- with port 0; an abstract name begins with @. A connection that is still being established (EINPROGRESS) has not failed. A
-- key can have several rows: sum the columns `calls` and `failed`.
CREATE MATERIALIZED VIEW IF NOT EXISTS cotrace.connections
ENGINE = SummingMergeTree()
PARTITION BY day
ORDER BY (host, comm, syscall, address, port, day)
AS SELECT
    toDate(toDateTime(intDiv(start_ns, 1000000000))) AS day,
    host,
    comm,
    syscall,
    multiIf(
        position(args, 'AF_INET6') != 0, extract(args, 'inet_pton\\(AF_INET6, "([^"]*)"'),
        position(args, 'AF_INET') != 0, extract(args, 'inet_addr\\("([^"]*)"\\)'),
        replaceOne(extract(args, 'sun_path=(@?"[^"]*)"'), '"', '')) AS address,
    toUInt16OrZero(extract(args, '_port=htons\\(([0-9]+)\\)')) AS port,
    count() AS calls,
    sum(toUInt64(error NOT IN ('', 'EINPROGRESS'))) AS failed
FROM cotrace.calls
WHERE syscall IN ('connect', 'accept', 'accept4') AND position(args, 'sa_family=AF_') != 0
GROUP BY day, host, comm, syscall, address, port;
