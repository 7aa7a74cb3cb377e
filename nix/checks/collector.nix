# The collector with its own configuration, VictoriaLogs and Jaeger behind it, on the sandbox's loopback: what loggers
# write becomes records with the right level and message, and a span that is too large for the store holds up no other.
{
  build,
  programs,
  projectFiles,
}:
build {
  name = "check-collector";
  tools = [programs.opentelemetry-collector programs.victorialogs programs.jaeger];
  script = ''
    set -o pipefail
    components=${projectFiles "components/(opentelemetry-collector|jaeger)/.*"}/components
    cat $components/opentelemetry-collector/tests/loggers.txt >samples
    # More frames than a batch of the collector's usually has.
    awk 'BEGIN {
      head = "java.lang.StackOverflowError"; frame = "at desk.Book.match(Book.java:9)"
      print "\n@ Java 17, an exception of 1,024 frames\nerr Exception in thread \"main\" " head
      for (i = 0; i < 1024; i++) { print "err \t" frame; frames = frames "\\n\\t" frame }
      print "is error \"Exception in thread \\\"main\\\" " head frames "\""
    }' >>samples
    # Every section is a pod; its lines are a millisecond apart, as containerd writes them.
    mkdir -p $(printf 'pods/loggers_logger-%03d_uid/logger ' $(seq $(grep -c '^@ ' samples)))
    awk -v folder=$PWD '
      /^@ / {
        pod = sprintf("logger-%03d", ++pods)
        file = folder "/pods/loggers_" pod "_uid/logger/0.log"
        print pod, substr($0, 3) >(folder "/sections")
      }
      /^(out|err)(-part)? / {
        line = substr($0, length($1) + 2)
        gsub(/␛/, "\033", line)
        lines++
        printf "2026-11-29T23:%02d:%02d.%03dZ %s %s %s\n", lines / 60000, lines / 1000 % 60, lines % 1000,
          $1 ~ /out/ ? "stdout" : "stderr", $1 ~ /part/ ? "P" : "F", line >file
      }
      /^otlp / {
        lines++
        printf "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"k8s.pod.name\",\"value\":{\"stringValue\":\"%s\"}}]},", pod >(folder "/otlp")
        printf "\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"%.0f000000\",%s]}]}]}\n", 1795993200000 + lines, substr($0, 7) >(folder "/otlp")
      }
      /^is / {
        message = substr($0, length($2) + 5)
        trace = ""
        if (match(message, / [0-9a-f]+$/)) {
          trace = ",\"trace_id\":\"" substr(message, RSTART + 1) "\""
          message = substr(message, 1, RSTART - 1)
        }
        printf "{\"k8s.pod.name\":\"%s\",\"severity_text\":\"%s\"%s,\"_msg\":%s}\n", pod, $2, trace, message >(folder "/wanted")
      }
    ' samples

    # Where it runs: files and ports of its own, and no cluster.
    cat >here.yaml <<END
    receivers:
      file_log/pods: {include: [$PWD/pods/*/*/*.log]}
    exporters:
      otlp_http/victorialogs: {logs_endpoint: 'http://127.0.0.1:9428/insert/opentelemetry/v1/logs'}
      otlp_http/jaeger: {traces_endpoint: 'http://127.0.0.1:14318/v1/traces'}
    extensions:
      file_storage: {directory: $PWD/otelcol, compaction: {directory: $PWD/otelcol}}
    service:
      pipelines:
        logs/pods: {processors: [memory_limiter, transform/pods, transform/ingress, transform/records]}
        logs/otlp: {processors: [memory_limiter, transform/otlp, transform/records]}
        traces: {processors: [memory_limiter, transform/spans]}
        metrics/services: {processors: [memory_limiter, transform/instances]}
        metrics/objects: {receivers: [spanmetrics]}
    END
    cat >jaeger.yaml <<END
    receivers:
      otlp: {protocols: {http: {endpoint: '127.0.0.1:14318'}, grpc: {endpoint: '127.0.0.1:14317'}}}
    extensions:
      jaeger_storage: {backends: {badger: {badger: {directories: {keys: $PWD/jaeger/keys, values: $PWD/jaeger/values}}}}}
      healthcheckv2: {http: {endpoint: '127.0.0.1:14133'}}
    service: {telemetry: {metrics: {level: none}}}
    END
    pids=
    start() {
      name=$1
      shift
      "$@" >$name.log 2>&1 &
      pids="$pids $!"
    }
    trap 'kill $pids' EXIT
    start victorialogs victoria-logs -storageDataPath=$PWD/victorialogs -httpListenAddr=127.0.0.1:9428 -retentionPeriod=100y
    start jaeger jaeger --config=$components/jaeger/k8s/config.yaml --config=jaeger.yaml
    start otelcol env NODE_NAME=node otelcol --config=$components/opentelemetry-collector/k8s/config.yaml --config=here.yaml \
      --feature-gates=stanza.synchronousLogEmitter
    # holds COMMAND…: waits for a minute until the command succeeds.
    holds() {
      tries=0
      until "$@" >said 2>&1; do
        tries=$((tries + 1))
        if [ $tries -gt 120 ] || ! kill -0 $pids; then
          echo "error: this has not come true: $*" >&2
          tail -n 5 *.log said >&2
          return 1
        fi
        sleep 0.5
      done
    }
    send() {
      wget -q -O - --header 'Content-Type: application/json' --post-file "$2" "http://127.0.0.1:4318/v1/$1"
    }

    while read -r request; do
      echo "$request" >request
      holds send logs request
    done <otlp
    # Each value of an event's attribute is in a key of Jaeger's store.
    large=$(head -c 70000 /dev/zero | tr '\0' x)
    for number in 1 2 3 4 5 6; do
      event=
      test $number -eq 6 || event='{"name":"exception","timeUnixNano":"1795993200000000000","attributes":[{"key":"exception.stacktrace","value":{"stringValue":"'$large'"}}]}'
      echo '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"desk"}}]},"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319'$number'","spanId":"b7ad6b7169203331","name":"order","kind":2,"startTimeUnixNano":"1795993200000000000","endTimeUnixNano":"1795993200001000000","events":['"$event"']}]}]}]}' >request
      holds send traces request
    done
    # A page of this machine may send, one from elsewhere may not.
    allows() {
      wget -S -q -O - --header "Origin: $1" --header 'Content-Type: application/json' --post-file request http://127.0.0.1:4318/v1/traces 2>&1 |
        grep -i "access-control-allow-origin: $1"
    }
    holds allows http://localhost:5173
    if allows https://groundwork.example; then exit 1; fi
    has_span() {
      wget -q -O - "http://127.0.0.1:16686/api/traces/0af7651916cd43dd8448eb211c80319$1" | grep "$2"
    }
    holds has_span 6 '"operationName":"order"'
    for number in 1 2 3 4 5; do
      holds has_span $number '"key":"groundwork.truncated","type":"bool","value":true'
    done

    # Two replicas and two libraries of one process, with the same metric.
    for sender in 'a one' 'b one' 'b two'; do
      set -- $sender
      echo '{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"desk"}},{"key":"k8s.namespace.name","value":{"stringValue":"trading"}},{"key":"k8s.pod.name","value":{"stringValue":"desk-'$1'"}}]},"scopeMetrics":[{"scope":{"name":"'$2'"},"metrics":[{"name":"orders","sum":{"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[{"asInt":"7","startTimeUnixNano":"1795993200000000000","timeUnixNano":"1795993201000000000"}]}}]}]}]}' >request
      holds send metrics request
    done
    has_series() {
      wget -q -O - http://127.0.0.1:8889/metrics |
        grep '^orders_total{instance="'$1'",job="desk",otel_scope_name="'$2'"} 7$'
    }
    holds has_series trading.desk-a one
    holds has_series trading.desk-b one
    holds has_series trading.desk-b two

    # It writes some characters of JSON strings as \u00xx.
    query='*%20%7C%20sort%20by%20(k8s.pod.name,_time)%20%7C%20fields%20k8s.pod.name,severity_text,trace_id,_msg'
    found() {
      wget -q -O - "http://127.0.0.1:9428/select/logsql/query?query=$query" |
        sed -e 's/\\u003c/</g' -e "s/\\\\u0027/'/g" -e 's/\\u0026/\&/g'
    }
    as_wanted() {
      found >found && cmp found wanted
    }
    holds as_wanted || {
      while read -r pod section; do
        grep "\"$pod\"" wanted >wanted-here || true
        grep "\"$pod\"" found >found-here || true
        cmp -s wanted-here found-here || { echo "error: $section" && diff wanted-here found-here; } | cut -c 1-600 >&2
      done <sections
      exit 1
    }
    cat sections
    wc -l <sections >$out
  '';
}
