-- A user and a database of a service's own, both of its name. What is there stays, and the password becomes the given one.
-- psql --set name=orders --file create-service.sql, with the password as one line of standard input.
\set ON_ERROR_STOP on
SET log_min_error_statement = panic;
\prompt '' password
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'name', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
-- No other service reads it.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'name') \gexec
