# PostgreSQL: a database for services that want one.
{
  role = "database";
  optional = true;
  wave = "system";
  after = ["local-path-provisioner"];
  endpoint = "127.0.0.1:5432";
  service = "postgresql.database.svc:5432";
  process = "postgres";
  scrape = ["postgresql"];
  seconds = 20;
}
