#!/usr/bin/env bash
# Lets the real libraries print the lines of components/opentelemetry-collector/tests/loggers.txt, and looks whether the table
# still has them. Not part of CI: it installs from the registries. Needs Python 3.11 with venv, Go, Node.js with npm,
# a JDK with Maven, and cargo.
#
# Lines are compared by their shape: without numbers, names of folders, and the frames of stack traces.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

here=$project_root/tests/loggers
table=$project_root/components/opentelemetry-collector/tests/loggers.txt
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# shape: lines of standard input without what changes from run to run. What a stack trace has below its head is left out.
shape() {
  sed -E -e '/^(\s|$|stack backtrace|note: )/d' \
    -e 's/\x1b/␛/g' -e 's#"(stack_?trace|exception)": ?"[^"]*"#"stack":""#g' \
    -e 's#(/[^ "/]+)+/##g' -e 's/"(hostname|host|source_host)":"[^"]*"/"\1":""/g' -e 's/0x[0-9a-f]+/0/g' \
    -e 's/[0-9]+/0/g' -e 's/0(\.0)+/0/g' -e 's/ AM / PM /' -e 's/ +/ /g' -e 's/(desk|main|Desk)\.(py|go|js|java|rs):0/\1:0/g' | sort -u
}

# printed SECTION FILE: every line of the file has its like in the table's section that begins with this name.
printed() {
  local missing
  missing=$(comm -23 <(shape <"$2") <(awk -v section="@ $1" '
    /^@ / { inside = index($0, section) == 1 }
    inside && /^(out|err) / { print substr($0, 5) }' "$table" | shape))
  if [ ! -s "$2" ] || [ -n "$missing" ]; then
    printf 'not in the table:\n%s\n' "$missing"
    return 1
  fi
}

# prints SECTION COMMAND…: what the command writes is in that section of the table.
prints() {
  local section=$1
  shift
  "$@" >printed 2>&1 </dev/null
  holds "$section" printed "$section" printed
}

python3 -m venv python || fail "Python makes no environment" "install Python 3.11 with venv"
python/bin/pip install --quiet structlog==25.5.0 python-json-logger==4.0.0 loguru==0.7.3 ecs-logging==2.2.0 uvicorn==0.38.0 ||
  fail "Python's loggers cannot be installed"
cp "$here/desk.py" .
desk() { python/bin/python desk.py "$1"; }
prints 'Python 3.11 logging, as it is' desk plain
prints 'Python 3.11 logging, the usual format' desk formatted
prints 'Python 3.11 logging, an exception' desk exception
prints 'Python 3.11, an exception that nobody caught' desk uncaught
prints 'Python 3.11, an exception with its cause' desk cause
prints 'Python 3.11 warnings' desk warning
prints 'structlog 25.5, as it is' desk structured
prints 'structlog 25.5, JSONRenderer' desk structured_json
prints 'python-json-logger 4' desk json
prints 'loguru 0.7, as it is' desk loguru
prints 'loguru 0.7, serialize' desk loguru_json
prints 'ecs-logging 2' desk ecs
prints 'uvicorn 0.38' desk uvicorn

mkdir go && cp "$here/desk.go" go/main.go
(cd go && go mod init example.com/desk && go get github.com/go-kit/log@v0.2.1 github.com/golang/glog@v1.2.5 \
  github.com/hashicorp/go-hclog@v1.6.3 github.com/rs/zerolog@v1.35.1 github.com/sirupsen/logrus@v1.10.2 \
  go.uber.org/zap@v1.28.0 k8s.io/klog/v2@v2.140.0 && go build -o desk .) >go.log 2>&1 || fail "Go's loggers cannot be built" "$(tail -n 1 go.log)"
prints 'Go log, as it is' go/desk log
prints 'Go log/slog' go/desk slog
prints 'zap 1.28' go/desk zap
prints 'zerolog 1.35' go/desk zerolog
prints 'logrus 1.10' go/desk logrus
prints 'klog 2 and glog 1' go/desk klog
prints 'hclog 1.6' go/desk hclog
prints 'go-kit/log 0.2' go/desk kit
prints 'Go 1.26, a panic' go/desk panic

mkdir node && cp "$here/desk.js" node
(cd node && npm init --yes && npm install pino@9.9.0 winston@3.17.0 bunyan@1.8.15 log4js@6.9.1) >node.log 2>&1 ||
  fail "Node.js' loggers cannot be installed" "$(tail -n 1 node.log)"
prints 'pino 9' node node/desk.js pino
prints 'winston 3' node node/desk.js winston
prints 'bunyan 1' node node/desk.js bunyan
prints 'log4js 6' node node/desk.js log4js
prints 'Node.js 20, an exception that nobody caught' node node/desk.js uncaught

mkdir -p java/src/main/java && cp "$here/Desk.java" java/src/main/java && cp "$here/pom.xml" java
(cd java && mvn --batch-mode --quiet compile dependency:build-classpath -Dmdep.outputFile=classpath) >java.log 2>&1 ||
  fail "Java's loggers cannot be built" "$(grep -m 1 ERROR java.log)"
java_desk() { java -cp "java/target/classes:$(cat java/classpath)" "$@"; }
log4j() {
  printf '<Configuration><Appenders><Console name="out">%s</Console></Appenders><Loggers><Root level="info"><AppenderRef ref="out"/></Root></Loggers></Configuration>' "$1" >log4j.xml
  java_desk -Dlog4j2.configurationFile=log4j.xml Desk log4j
}
logstash='<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder class="net.logstash.logback.encoder.LogstashEncoder"/></appender><root level="info"><appender-ref ref="out"/></root></configuration>'
echo "$logstash" >logback.xml
prints 'java.util.logging' java_desk Desk jul
prints 'logback 1.5' java_desk Desk logback
prints 'logstash-logback-encoder 8' java_desk -Dlogback.configurationFile=logback.xml Desk logback
prints 'log4j 2.25, pattern' log4j '<PatternLayout pattern="%d{ISO8601} %-5p [%t] %c{1}: %m%n"/>'
for layout in Ecs Gcp Gelf Json; do
  prints "log4j 2.25, ${layout}Layout" log4j "<JsonTemplateLayout eventTemplateUri=\"classpath:${layout}Layout.json\"/>"
done
prints 'Java 17, an exception that nobody caught' java_desk Desk uncaught

mkdir -p rust/src && cp "$here/desk.rs" rust/src/main.rs
(cd rust && cargo init --quiet --name desk . && cargo add --quiet tracing@0.1 log@0.4 env_logger@=0.11.8 &&
  cargo add --quiet tracing-subscriber@=0.3.20 --features json && cargo build --quiet) >rust.log 2>&1 ||
  fail "Rust's loggers cannot be built" "$(tail -n 1 rust.log)"
prints 'tracing-subscriber 0.3' rust/target/debug/desk tracing
prints 'env_logger 0.11' rust/target/debug/desk env_logger
prints 'Rust 1.95, a panic' rust/target/debug/desk panic

finish
