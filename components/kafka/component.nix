# Apache Kafka: the event bus.
{
  role = "event-bus";
  wave = "system";
  after = ["local-path-provisioner"];
  endpoint = "127.0.0.1:9092";
  service = "kafka.event-bus.svc:9092";
  process = "kafka.Kafka";
  scrape = ["kafka"];
}
