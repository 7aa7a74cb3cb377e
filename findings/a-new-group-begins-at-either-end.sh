#!/usr/bin/env bash
# Where a consumer group begins that has never read a topic, by seven Kafka clients as they come. Kafka's own, and most
# others, begin at the end: what was sent before, and while the first deployment started, is passed over. kafka-go and
# franz-go begin at the start, so the same service, written anew in Go, works off all that the topic still holds.
# None of them says in its log where it began. Whoever needs one or the other has to write it down in each client:
# auto.offset.reset, auto_offset_reset, fromBeginning, Offsets.Initial, StartOffset, ConsumeResetOffset.
#
# Seen on 2026-11-30 with confluent-kafka 2.12.2, kafka-python 2.2.15, aiokafka 0.12.0, kafkajs 2.2.4,
# github.com/IBM/sarama 1.46.3, github.com/segmentio/kafka-go 0.4.49 and github.com/twmb/franz-go 1.20.5:
#   confluent-kafka, kafka-python, aiokafka, kafkajs, sarama    what is sent after they came
#   kafka-go, franz-go                                          what was sent before
#
# The broker is the one that librdkafka makes within its own process, on loopback. franz-go does not get on with that one
# (its ApiVersions) and is asked for its setting. Needs Python 3 with venv, Node.js with npm, and Go.
# Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d) broker=''
trap '[ -z "$broker" ] || kill "$broker"; chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv python
python/bin/pip install --quiet confluent-kafka==2.12.2 kafka-python==2.2.15 aiokafka==0.12.0
cat >broker.py <<'END'
import os
import time

import confluent_kafka

producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "log_level": 0})
topics = producer.list_topics("orders", timeout=30)


def send(value):
    for partition in topics.topics["orders"].partitions:
        producer.produce("orders", value=value, partition=partition)
    producer.flush(30)


send("before")
[it] = topics.brokers.values()
with open("address.new", "w") as file:
    file.write(f"{it.host}:{it.port}")
os.rename("address.new", "address")
while True:
    send("after")
    time.sleep(0.1)
END
cat >first.py <<'END'
import asyncio
import sys

import aiokafka
import confluent_kafka
import kafka

[address] = sys.argv[1:]
consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "confluent-kafka", "log_level": 0})
consumer.subscribe(["orders"])
print("confluent-kafka", consumer.poll(60).value().decode())
consumer.close()
consumer = kafka.KafkaConsumer("orders", bootstrap_servers=address, group_id="kafka-python")
print("kafka-python", next(consumer).value.decode())
consumer.close()


async def first():
    consumer = aiokafka.AIOKafkaConsumer("orders", bootstrap_servers=address, group_id="aiokafka")
    await consumer.start()
    print("aiokafka", (await consumer.getone()).value.decode())
    await consumer.stop()


asyncio.run(asyncio.wait_for(first(), 60))
END

npm init --yes >/dev/null
npm install --silent kafkajs@2.2.4
cat >first.mjs <<'END'
import kafkajs from 'kafkajs';
const consumer = new kafkajs.Kafka({ brokers: [process.argv[2]], logLevel: kafkajs.logLevel.NOTHING }).consumer({ groupId: 'kafkajs' });
await consumer.connect();
await consumer.subscribe({ topics: ['orders'] });
const first = await new Promise((done) => consumer.run({ eachMessage: async ({ message }) => done(message.value.toString()) }));
console.log('kafkajs', first);
process.exit();
END

cat >main.go <<'END'
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

// first ends a session with the first record.
type first struct {
	end  context.CancelFunc
	once *sync.Once
}

func (first) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (first) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (it first) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	select {
	case record := <-claim.Messages():
		if record != nil {
			it.once.Do(func() { fmt.Println("sarama", string(record.Value)) })
			it.end()
		}
	case <-session.Context().Done():
	}
	return nil
}

func main() {
	brokers := os.Args[1:]
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	group, err := sarama.NewConsumerGroup(brokers, "sarama", sarama.NewConfig())
	if err != nil {
		panic(err)
	}
	session, end := context.WithCancel(ctx)
	if err := group.Consume(session, []string{"orders"}, first{end, &sync.Once{}}); err != nil {
		panic(err)
	}
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: brokers, GroupID: "kafka-go", Topic: "orders"})
	record, err := reader.ReadMessage(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println("kafka-go", string(record.Value))
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		panic(err)
	}
	if client.OptValue(kgo.ConsumeResetOffset).(kgo.Offset).EpochOffset().Offset == kgo.NewOffset().AtStart().EpochOffset().Offset {
		fmt.Println("franz-go before")
	}
}
END
go mod init example.com/first >/dev/null 2>&1
go get github.com/IBM/sarama@v1.46.3 github.com/segmentio/kafka-go@v0.4.49 github.com/twmb/franz-go@v1.20.5 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o first .

python/bin/python broker.py &
broker=$!
until [ -e address ]; do kill -0 "$broker"; done
{
  python/bin/python first.py "$(<address)"
  timeout 60 node first.mjs "$(<address)"
  ./first "$(<address)"
} | tee seen

diff seen - <<'END'
confluent-kafka after
kafka-python after
aiokafka after
kafkajs after
sarama after
kafka-go before
franz-go before
END
