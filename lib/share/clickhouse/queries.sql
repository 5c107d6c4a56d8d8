-- SPDX-License-Identifier: BSL-1.0
-- Ten queries about the calls of many machines; schema.sql makes the table and the views.
--
--     clickhouse-client --multiquery < queries.sql

-- 1. What takes the time on each host? The times of a call with percentiles.
SELECT
    host,
    syscall,
    countMerge(calls) AS calls,
    sumMerge(errors) AS errors,
    sumMerge(total_ns) AS total_ns,
    arrayMap(each -> toInt64(each), quantilesTDigestMerge(0.5, 0.95, 0.99)(percentiles_ns)) AS p50_p95_p99_ns,
    maxMerge(longest_ns) AS longest_ns
FROM cotrace.call_times
GROUP BY host, syscall
ORDER BY total_ns DESC, host, syscall
LIMIT 100;

-- 2. Which were the slowest calls?
SELECT host, comm, pid, syscall, args, error, duration_ns, start_ns
FROM cotrace.calls
ORDER BY duration_ns DESC, host, start_ns
LIMIT 20;

-- 3. On which host is a call slower than on the others? Compares the 95th percentile of each host with the 95th percentile
-- of all hosts.
SELECT
    host,
    syscall,
    calls,
    toInt64(p95) AS p95_ns,
    toInt64(p95_of_all) AS p95_of_all_ns,
    round(p95 / p95_of_all, 2) AS ratio
FROM
(
    SELECT host, syscall, countMerge(calls) AS calls, quantilesTDigestMerge(0.5, 0.95, 0.99)(percentiles_ns)[2] AS p95
    FROM cotrace.call_times
    GROUP BY host, syscall
)
ANY INNER JOIN
(
    SELECT syscall, quantilesTDigestMerge(0.5, 0.95, 0.99)(percentiles_ns)[2] AS p95_of_all
    FROM cotrace.call_times
    GROUP BY syscall
) USING (syscall)
WHERE calls >= 100
ORDER BY ratio DESC, host, syscall
LIMIT 20;

-- 4. Which files are looked for and not found, or may not be opened?
SELECT path, error, sum(calls) AS calls, uniqExact(host) AS hosts, arraySort(groupUniqArray(syscall)) AS syscalls
FROM cotrace.failed_files
GROUP BY path, error
ORDER BY calls DESC, path, error
LIMIT 50;

-- 5. Which errors does only one host have?
SELECT any(host) AS only_host, syscall, error, count() AS calls, any(args) AS example
FROM cotrace.calls
WHERE error != ''
GROUP BY syscall, error
HAVING uniqExact(host) = 1
ORDER BY calls DESC, syscall, error
LIMIT 50;

-- 6. Who connects to whom, and how often does it fail?
SELECT address, port, syscall, sum(calls) AS calls, sum(failed) AS failed, arraySort(groupUniqArray(host)) AS hosts,
    arraySort(groupUniqArray(comm)) AS programs
FROM cotrace.connections
GROUP BY address, port, syscall
ORDER BY calls DESC, address, port, syscall
LIMIT 50;

-- 7. How many calls does each host make, second by second?
SELECT host, toDateTime(intDiv(start_ns, 1000000000)) AS second, count() AS calls, sum(toUInt64(error != '')) AS errors
FROM cotrace.calls
GROUP BY host, second
ORDER BY host, second;

-- 8. Which programs spend the most time in calls?
SELECT comm, class, count() AS calls, sum(duration_ns) AS total_ns, uniqExact(host, pid) AS processes
FROM cotrace.calls
GROUP BY comm, class
ORDER BY total_ns DESC, comm, class
LIMIT 50;

-- 9. Which files take the time?
SELECT path, count() AS calls, sum(duration_ns) AS total_ns, max(duration_ns) AS longest_ns, uniqExact(host) AS hosts
FROM cotrace.calls
WHERE path != ''
GROUP BY path
ORDER BY total_ns DESC, path
LIMIT 50;

-- 10. How are the times of a call distributed? A histogram: each row counts the calls that took at least `from_ns` and less
-- than twice this time. The length of a bar shows the logarithm of the number of calls.
SELECT syscall, toUInt64(exp2(floor(log2(duration_ns)))) AS from_ns, count() AS calls, bar(toUInt64(100 * log2(calls + 1)), 0, 2400, 48) AS bar
FROM cotrace.calls
WHERE duration_ns > 0
GROUP BY syscall, from_ns
ORDER BY syscall, from_ns;
