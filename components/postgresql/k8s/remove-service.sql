-- Removes what create-service.sql has made, with all rows. Who is connected is sent away.
-- psql --set name=orders --file remove-service.sql
\set ON_ERROR_STOP on
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', :'name') \gexec
SELECT format('DROP ROLE IF EXISTS %I', :'name') \gexec
