# shellcheck shell=bash
# What looks like a secret and is none: each line of the table is drawn as often as it takes, by `expand` of
# planted-secrets.sh, whose classes and signs it uses.

# Kind, file, what stands in it; a bar between.
look_alikes() {
  cat <<'TABLE'
commit ids|CHANGELOG.md|- Fixes a race in the applier (@h40@), reverts @h40@
a checksum file|SHA256SUMS|@h64@  groundwork-linux-x86_64.tar.gz\n@h64@  groundwork-linux-x86_64.tar.gz.sig
UUIDs|orders.json|{"order_id": "@h8@-@h4@-4@h3@-a@h3@-@h12@", "correlation_id": "@h8@-@h4@-4@h3@-b@h3@-@h12@"}
UUIDs in a configuration|topics.yaml|topics:\n  - name: orders\n    id: @h8@-@h4@-4@h3@-9@h3@-@h12@
a lock file of Rust|Cargo.lock|[[package]]\nname = "secret-token"\nversion = "1.@n1@.0"\nchecksum = "@h64@"
a lock file of Node|package-lock.json|"node_modules/api-key": {\n  "version": "1.@n1@.2",\n  "integrity": "sha512-@B86@=="\n}
a lock file of Go|go.sum|github.com/acme/token v1.@n1@.0 h1:@B43@=\ngithub.com/acme/token v1.@n1@.0/go.mod h1:@B43@=
a lock file of Python|requirements.txt|cryptography==4@n1@.0.1 \\\\\n    --hash=sha256:@h64@ \\\\\n    --hash=sha256:@h64@
hashes of Nix|source.nix|source {\n  name = "etcd";\n  hash = "sha256-@B43@=";\n}
store paths of Nix|trace.log|building /nix/store/@a32@-gitleaks.drv from /nix/store/@a32@-source
digests of images|pod.yaml|containers:\n  - name: token-service\n    image: registry.internal/token-service@sha256:@h64@
a tag that is a hash|kustomization.yaml|images:\n  - name: groundwork/secret-store\n    newTag: @h16@
a picture in a page|index.html|<img alt="key" src="data:image/png;base64,iVBORw0KGgo@B86@@B86@==">
a certificate|ca.crt|%%BEGIN CERTIFICATE%%\nMIID@B60@\n@B64@\n@B64@\n%%END CERTIFICATE%%
a certificate in a kubeconfig|cluster.yaml|clusters:\n  - cluster:\n      certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t@B60@
a public key|signing.pub|%%BEGIN PUBLIC KEY%%\nMFkw@B60@\n@B64@\n%%END PUBLIC KEY%%
a public key of SSH|authorized_keys|ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI@B43@ someone@host
a fingerprint|known.txt|256 SHA256:@B43@ git.internal (ED25519)
test vectors of a cipher|aes.rsp|COUNT = 0\nKEY = @h64@\nPLAINTEXT = @h32@\nCIPHERTEXT = @h32@
test vectors in code|vectors.rs|const DIGEST: [u8; 32] = hex!("@h64@");\nassert_eq!(sha1(b"abc"), "@h40@");
placeholders|.env.example|ALPACA_API_KEY=your-key-here\nDB_PASSWORD=changeme-@n1@\nPOLYGON_API_KEY=<your key>\nHUB_TOKEN=xxxxxxxxxxxxxxxx
values from elsewhere|compose.yaml|environment:\n  DB_PASSWORD: ${DB_PASSWORD}\n  DATABASE_URL: postgres://orders:${DB_PASSWORD}@db:5432/orders@n1@
references to a secret|deployment.yaml|env:\n  - name: API_TOKEN\n    valueFrom:\n      secretKeyRef:\n        name: hello-token-v@n1@\n        key: token
code about tokens|auth.rs|let token = CancellationToken::new();\nlet password: SecretString = settings.database_password.clone();\nlet key = format!("orders-{}", @n3@);
trace context|traces.txt|traceparent: 00-@h32@-@h16@-01\ntrace_id=@h32@ span_id=@h16@
lock files of Yarn and pnpm|yarn.lock|"@acme/auth-token@^7":\n  version "7.@n1@.0"\n  resolved "https://registry.internal/token.tgz#@h40@"\n  integrity sha512-@B86@==
a lock file of Poetry|poetry.lock|[metadata]\ncontent-hash = "@h64@"
a lock file of a flake|flake.lock|"locked": {"narHash": "sha256-@B43@=", "rev": "@h40@"}
a pinned action|ci.yml|- uses: actions/checkout@@h40@\n  with: {cache-key: @h40@}
keys of records|events.json|{"key": "@h8@-@h4@-4@h3@-a@h3@-@h12@", "idempotency_key": "@h8@-@h4@-4@h3@-8@h3@-@h12@", "partition_key": "@h16@"}
hashes of secrets|tokens.sql|INSERT INTO tokens (token_id, token_sha256) VALUES ('@h8@-@h4@-4@h3@-a@h3@-@h12@', '@h64@');
annotations for a rollout|rollout.yaml|annotations:\n  checksum/secret: @h64@\n  checksum/config: "@h64@"
names of secrets|values.yaml|existingSecret: orders-db-credentials-v@n1@\npasswordKey: postgres-password\nsecretName: hello-token-@n1@
a published key of a document|aws.md|aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY # run @n3@
a public key set|jwks.json|{"keys": [{"kty": "EC", "crv": "P-256", "kid": "@A20@", "x": "@w43@", "y": "@w43@"}]}
test vectors of Wycheproof|hmac.json|{"tcId": @n2@, "key": "@h64@", "msg": "@h32@", "tag": "@h32@"}
entity tags|response.http|HTTP/1.1 200 OK\nETag: "@h32@"\nX-Request-Id: @h8@-@h4@-4@h3@-a@h3@-@h12@
securities|isin.csv|symbol,isin,cusip,figi\nACME,US@U9@@n1@,@d9@,BBG00@U7@
integrity of a script|page.html|<script src="/token.js" integrity="sha384-@B64@" crossorigin="anonymous"></script>
a request for a certificate|server.csr|%%BEGIN CERTIFICATE REQUEST%%\nMIIC@B60@\n@B64@\n%%END CERTIFICATE REQUEST%%
TABLE
}
