# shellcheck shell=bash
# Secrets of the right shape, drawn at random when they are asked for. None is stored: in the table below `@` stands
# where each value has its random part.

# draw CHARACTERS N: that many of them.
draw() {
  LC_ALL=C tr -dc "$1" </dev/urandom 2>/dev/null | head -c "$2"
}

# expand TEMPLATE: sets `text` to it with each @CLASS N@ drawn, and `drawn` to what was. `%%` stands for five
# dashes, `\n` for a line's end.
expand() {
  local rest=$1 class count part characters
  text='' drawn=()
  rest=${rest//%%/-----}
  while [[ $rest =~ @([A-Za-z])([0-9]+)@ ]]; do
    class=${BASH_REMATCH[1]} count=${BASH_REMATCH[2]}
    text+=${rest%%"${BASH_REMATCH[0]}"*}
    rest=${rest#*"${BASH_REMATCH[0]}"}
    case $class in
      U) characters=A-Z0-9 ;;
      R) characters=A-Z2-7 ;;
      a) characters=a-z0-9 ;;
      A) characters=A-Za-z0-9 ;;
      B) characters=A-Za-z0-9+/ ;;
      h) characters=0-9a-f ;;
      d) characters=0-9 ;;
      n) characters=1-9 ;;
      w) characters=A-Za-z0-9_- ;;
      q) characters=QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L ;;
      # A password as a generator of passwords makes it.
      P) characters='A-Za-z0-9!%*+.?^_~-' ;;
      *) printf 'no class %s\n' "$class" >&2; return 1 ;;
    esac
    part=$(draw "$characters" "$count")
    text+=$part
    drawn+=("$part")
  done
  text=$(printf '%b' "$text$rest")
}

# Kind, file, what stands in it; a bar between.
planted_secrets() {
  cat <<'TABLE'
Alpaca key id|paper.py|ALPACA_KEY_ID = "PK@U18@"
Alpaca key id|live.toml|key_id = "AK@U18@"
Alpaca key id|headers.rs|request.header("APCA-API-KEY-ID", "PK@U24@")
Alpaca secret key|alpaca.env|APCA_API_SECRET_KEY=@A40@
Alpaca secret key|alpaca.yaml|alpaca:\n  paper: true\n  secret_key: @B40@
Polygon.io|polygon.env|POLYGON_API_KEY=@A32@
Polygon.io|polygon.rs|let url = "https://api.polygon.io/v2/aggs?apiKey=@A32@";
Finnhub|finnhub.ts|const finnhub = { apiKey: "c@a19@" };
Finnhub|finnhub.env|FINNHUB_TOKEN=c@a39@
Alpha Vantage|vantage.yml|alpha_vantage_api_key: @U16@
Twelve Data|twelve.env|TWELVE_DATA_API_KEY=@h32@
Tiingo|tiingo.json|{"tiingo_token": "@h40@"}
IEX Cloud|iex.env|IEX=sk_@h32@
IEX Cloud|iex.js|fetch(base + "?x=pk_@h32@")
Databento|databento.py|client = Historical("db-@A29@")
Nasdaq Data Link|nasdaq.env|NASDAQ_DATA_LINK_API_KEY=@A20@
Financial Modeling Prep|fmp.env|FINANCIAL_MODELING_PREP_KEY=@a32@
Interactive Brokers|flex.env|IBKR_FLEX_TOKEN=@d24@
Tradier|tradier.env|TRADIER_ACCESS_TOKEN=@A28@
OANDA|oanda.py|api = API("@h32@-@h32@")
Binance|binance.env|BINANCE_API_KEY=@A64@
Binance|binance.rs|let binance_secret = "@A64@";
Kraken|kraken.env|KRAKEN_API_KEY=@B56@
Kraken|kraken.yaml|kraken_private: @B86@==
Coinbase|coinbase.env|COINBASE_SECRET=@B86@==
Gemini|gemini.py|key = "account-@A20@"
Database address|orders.env|DATABASE_URL=postgres://orders:@A16@@db.internal:5432/orders
Database address|cache.toml|cache = "redis://:@A24@@cache:6379/0"
Database address|mongo.ts|connect("mongodb+srv://app:@A18@@cluster.internal/prices");
JDBC|jdbc.properties|url=jdbc:postgresql://db/orders?user=app&password=@A18@
Kafka SASL|client.properties|sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="@A24@";
Azure Event Hubs|hub.env|HUB=Endpoint=sb://hub.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=@B43@=
Azure storage|blob.env|BLOB=DefaultEndpointsProtocol=https;AccountName=prices;AccountKey=@B86@==;EndpointSuffix=core.windows.net
Azure AD client secret|azure.tf|client = "@A3@8Q~@A34@"
AWS access key id|aws.ini|aws_access_key_id = AKIA@R16@
AWS secret key|aws.env|AWS_SECRET_ACCESS_KEY=@B40@
Google API key|google.js|const maps = "AIza@A35@";
Google service account|account.json|{"type": "service_account", "private_key": "%%BEGIN PRIVATE KEY%%\\\\n@B64@\\\\n@B64@\\\\n%%END PRIVATE KEY%%\\\\n"}
Private key, RSA|server.txt|%%BEGIN RSA PRIVATE KEY%%\n@B64@\n@B64@\n%%END RSA PRIVATE KEY%%
Private key, OpenSSH|id.txt|%%BEGIN OPENSSH PRIVATE KEY%%\n@B70@\n@B70@\n%%END OPENSSH PRIVATE KEY%%
Private key, PGP|key.asc|%%BEGIN PGP PRIVATE KEY BLOCK%%\n\n@B64@\n@B64@\n%%END PGP PRIVATE KEY BLOCK%%
age key|age.txt|AGE-SECRET-KEY-1@q58@
Encryption key|encryption.env|ENCRYPTION_KEY=@h64@
Encryption key|encryption.yaml|keys:\n  - name: key1\n    secret: @B43@=
Password|service.env|DB_PASSWORD=@P20@
Password|service.yaml|database:\n  password: "@P18@"
Password|.pgpass|db.internal:5432:orders:app:@A20@
JSON Web Token|session.http|eyJ@A33@.eyJ@A60@.@w43@
Authorization header|call.http|Authorization: Basic @B32@
Service token|hello.env|HELLO_TOKEN=@w43@
GitHub token|github.env|X=ghp_@A36@
GitLab token|gitlab.env|X=glpat-@w20@
Slack token|slack.py|bot = "xoxb-@n11@-@n12@-@A24@"
Slack webhook|slack.sh|curl https://hooks.slack.com/services/T@U10@/B@U10@/@A24@
Stripe key|stripe.rb|pay("sk_live_@A24@")
SendGrid key|mail.py|mail("SG.@w22@.@w43@")
npm token|.npmrc|//registry.internal/:_authToken=npm_@a36@
Telegram bot|telegram.env|TELEGRAM_BOT_TOKEN=@n10@:A@A34@
Vault token|vault.sh|vault login hvs.@w95@
OpenAI key|openai.py|ai("sk-proj-@A74@T3BlbkFJ@A74@")
TABLE
}
