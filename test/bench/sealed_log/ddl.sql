BEGIN;
CREATE TABLE bench_:client_id (id bigint PRIMARY KEY, note text);
\sleep 5 ms
DROP TABLE bench_:client_id;
COMMIT;
