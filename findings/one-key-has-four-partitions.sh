#!/usr/bin/env bash
# The partition that a record's key gives it, of four, by seven Kafka clients as they come. Records of one key keep their
# order only within a partition, and joins by key expect it to be the same in two topics. But only some hash as Kafka's
# own producer does (murmur2): librdkafka takes CRC-32, and with it all clients that are made of it; sarama takes FNV-1a.
# kafka-go's Writer takes no key into account at all unless it is given a Balancer: the changes of one order are spread
# over all partitions. KafkaJS changed its hash with version 2, so a service that was updated writes elsewhere.
# With `partitioner=murmur2_random` librdkafka agrees with Kafka's own.
#
# Seen on 2026-11-30 with kafka-python 2.2.15, aiokafka 0.12.0, confluent-kafka 2.12.2, kafkajs 2.2.4,
# github.com/twmb/franz-go 1.20.5, github.com/IBM/sarama 1.46.3 and github.com/segmentio/kafka-go 0.4.49:
#                                       ACME   MSFT   order-17
#   kafka-python, aiokafka, franz-go    1      2      1
#   kafkajs                             1      2      1
#   kafkajs, LegacyPartitioner          2      1      3
#   confluent-kafka                     2      3      0
#   confluent-kafka, murmur2_random     1      2      1
#   sarama                              3      1      2
#   kafka-go                            0, then 1, 2, 3, whatever the key
#
# confluent-kafka sends to the broker that librdkafka makes within its own process; the others are asked for their hash.
# Needs Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv python
python/bin/pip install --quiet kafka-python==2.2.15 aiokafka==0.12.0 confluent-kafka==2.12.2
cat >partitions.py <<'END'
import aiokafka.partitioner
import confluent_kafka
import kafka.partitioner.default

KEYS = [b"ACME", b"MSFT", b"order-17"]
FOUR = [0, 1, 2, 3]


def confluent(**settings):
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "log_level": 0, **settings})
    assert len(producer.list_topics("orders", timeout=30).topics["orders"].partitions) == 4
    found = {}
    for key in KEYS:
        producer.produce("orders", key=key, on_delivery=lambda _, it: found.update({it.key(): it.partition()}))
    producer.flush(30)
    return [found[key] for key in KEYS]


print("kafka-python", *(kafka.partitioner.default.DefaultPartitioner()(key, FOUR, FOUR) for key in KEYS))
print("aiokafka", *(aiokafka.partitioner.DefaultPartitioner()(key, FOUR, FOUR) for key in KEYS))
print("confluent-kafka", *confluent())
print("confluent-kafka murmur2_random", *confluent(partitioner="murmur2_random"))
END
python/bin/python partitions.py | tee seen

npm init --yes >/dev/null
npm install --silent kafkajs@2.2.4
cat >partitions.mjs <<'END'
import kafkajs from 'kafkajs';
const partitionMetadata = [0, 1, 2, 3].map((partitionId) => ({ partitionId, leader: 1 }));
for (const name of ['DefaultPartitioner', 'LegacyPartitioner']) {
  const partition = kafkajs.Partitioners[name]();
  const found = ['ACME', 'MSFT', 'order-17'].map((key) => partition({ topic: 'orders', partitionMetadata, message: { key } }));
  console.log('kafkajs', name, ...found);
}
END
node partitions.mjs | tee -a seen

cat >main.go <<'END'
package main

import (
	"fmt"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers("127.0.0.1:1"))
	if err != nil {
		panic(err)
	}
	franz := client.OptValue(kgo.RecordPartitioner).(kgo.Partitioner).ForTopic("orders").(kgo.TopicBackupPartitioner)
	hash := sarama.NewConfig().Producer.Partitioner("orders")
	// What a Writer without a Balancer takes.
	balancer := &kafka.RoundRobin{}
	found := map[string][]any{}
	for _, key := range []string{"ACME", "MSFT", "order-17"} {
		partition, err := hash.Partition(&sarama.ProducerMessage{Key: sarama.StringEncoder(key)}, 4)
		if err != nil {
			panic(err)
		}
		found["sarama"] = append(found["sarama"], partition)
		found["franz-go"] = append(found["franz-go"], franz.PartitionByBackup(&kgo.Record{Key: []byte(key)}, 4, nil))
	}
	for range 4 {
		found["kafka-go, one key"] = append(found["kafka-go, one key"], balancer.Balance(kafka.Message{Key: []byte("ACME")}, 0, 1, 2, 3))
	}
	for _, name := range []string{"franz-go", "sarama", "kafka-go, one key"} {
		fmt.Println(append([]any{name}, found[name]...)...)
	}
}
END
go mod init example.com/partitions >/dev/null 2>&1
go get github.com/IBM/sarama@v1.46.3 github.com/segmentio/kafka-go@v0.4.49 github.com/twmb/franz-go@v1.20.5 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee -a seen

diff seen - <<'END'
kafka-python 1 2 1
aiokafka 1 2 1
confluent-kafka 2 3 0
confluent-kafka murmur2_random 1 2 1
kafkajs DefaultPartitioner 1 2 1
kafkajs LegacyPartitioner 2 1 3
franz-go 1 2 1
sarama 3 1 2
kafka-go, one key 0 1 2 3
END
